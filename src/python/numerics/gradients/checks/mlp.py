"""A three-layer perceptron with cross-entropy loss: composition, parameter by parameter.

dense, ReLU, dense, ReLU, dense, softmax cross-entropy; widths 8, 6, 4, 3.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, integers, normal
from numerics.gradients.checks.activations import relu, relu_vjp
from numerics.gradients.checks.dense import dense
from numerics.gradients.checks.softmax import softmax_cross_entropy, softmax_cross_entropy_vjp
from numerics.gradients.checks.tolerances import SMOOTH


def pre_activations(x, w1, b1, w2, b2):
    """The inputs of both ReLUs."""
    first = dense(x, w1, b1)
    return first, dense(relu(first), w2, b2)


def mlp_loss(x, w1, b1, w2, b2, w3, b3, label):
    """The loss for one example."""
    _, second = pre_activations(x, w1, b1, w2, b2)
    return softmax_cross_entropy(dense(relu(second), w3, b3), label)


def mlp_loss_vjp(x, w1, b1, w2, b2, w3, b3, label, dy):
    """Gradients of x and of every parameter, from the loss backwards."""
    first, second = pre_activations(x, w1, b1, w2, b2)
    hidden1, hidden2 = relu(first), relu(second)
    d_logits = softmax_cross_entropy_vjp(dense(hidden2, w3, b3), label, dy)
    d_second = relu_vjp(second, w3 @ d_logits)
    d_first = relu_vjp(first, w2 @ d_second)
    return (
        w1 @ d_first,
        np.outer(x, d_first),
        d_first,
        np.outer(hidden1, d_second),
        d_second,
        np.outer(hidden2, d_logits),
        d_logits,
    )


def _distances(x, w1, b1, w2, b2, w3, b3, label):
    return np.abs(np.concatenate(pre_activations(x, w1, b1, w2, b2)))


CHECKS = (
    Check(
        name="mlp",
        function=mlp_loss,
        vjp=mlp_loss_vjp,
        inputs=(
            normal("x", (8,)),
            normal("w1", (8, 6), scale=0.5),
            normal("b1", (6,), scale=0.5),
            normal("w2", (6, 4), scale=0.5),
            normal("b2", (4,), scale=0.5),
            normal("w3", (4, 3), scale=0.5),
            normal("b3", (3,), scale=0.5),
            integers("label", (), 0, 3),
        ),
        tolerance=SMOOTH,
        analytic=True,
        avoid=Avoid(_distances, 1e-2, "the kinks of both ReLUs: no pre-activation near 0"),
        theorems=(
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp_w1", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp_b1", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp_w2", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp_b2", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp_w3", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.mlp.is_vjp_mlp_b3", of="Fourfold.VJP.mlp.mlp"),
            Citation("coq:Fourfold.VJP.vjp.is_vjp_comp", of="Coq.ssr.ssrfun.comp"),
            Citation(
                "coq:Fourfold.VJP.cross_entropy.is_vjp_softmax_cross_entropy",
                of="Fourfold.VJP.cross_entropy.softmax_cross_entropy",
            ),
        ),
    ),
)
