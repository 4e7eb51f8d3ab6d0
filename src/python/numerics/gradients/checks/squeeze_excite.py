"""Squeeze-and-excite: each channel scaled by a gate computed from all channel means.

s = global average pool of x (c, h, w); gate = sigmoid(W2 swish(W1 s)) with biases; y = gate x.
Mathematics: Hu, Shen, Sun, "Squeeze-and-excitation networks" (2018), section 3; swish inside, as in
Tan and Le, "EfficientNet" (2019).
"""

from __future__ import annotations

import numpy as np

from numerics.gradients.check import Check, normal
from numerics.gradients.checks.activations import sigmoid, sigmoid_vjp, swish, swish_vjp
from numerics.gradients.checks.dense import dense
from numerics.gradients.checks.pooling import global_average_pool, global_average_pool_vjp
from numerics.gradients.checks.tolerances import SMOOTH


def gate_logits(x, w1, b1, w2, b2):
    """The squeezed vector, the inner pre-activation and the gate's pre-activation."""
    squeezed = global_average_pool(x)
    inner = dense(squeezed, w1, b1)
    return squeezed, inner, dense(swish(inner), w2, b2)


def squeeze_excite(x, w1, b1, w2, b2):
    """x (c, h, w), w1 (c, r), b1 (r), w2 (r, c), b2 (c) -> (c, h, w)."""
    _, _, logits = gate_logits(x, w1, b1, w2, b2)
    return sigmoid(logits)[:, None, None] * x


def squeeze_excite_vjp(x, w1, b1, w2, b2, dy):
    """The product rule: gate dy, plus what comes back through the gate."""
    squeezed, inner, logits = gate_logits(x, w1, b1, w2, b2)
    dlogits = sigmoid_vjp(logits, (x * dy).sum(axis=(1, 2)))
    dinner = swish_vjp(inner, w2 @ dlogits)
    through_gate = global_average_pool_vjp(x, w1 @ dinner)
    return (
        sigmoid(logits)[:, None, None] * dy + through_gate,
        np.outer(squeezed, dinner),
        dinner,
        np.outer(swish(inner), dlogits),
        dlogits,
    )


CHECKS = (
    Check(
        name="squeeze_excite",
        function=squeeze_excite,
        vjp=squeeze_excite_vjp,
        inputs=(
            normal("x", (4, 3, 2)),
            normal("w1", (4, 2)),
            normal("b1", (2,)),
            normal("w2", (2, 4)),
            normal("b2", (4,)),
        ),
        tolerance=SMOOTH,
        analytic=True,
        no_theorem_reason="the library states the parts, not the gate as a whole",
    ),
)
