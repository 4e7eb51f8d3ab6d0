"""Softmax and the cross-entropies built on it.

Mathematics: Bridle (1990); Goodfellow, Bengio, Courville, "Deep Learning" (2016), section 6.2.2.3.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Check, integers, normal
from numerics.gradients.checks.tolerances import SMOOTH


def softmax(z, axis=-1):
    """exp(z) / sum exp(z) along one axis, shifted by the maximum against overflow."""
    # Softmax ignores a common shift, so a shift by the real part leaves a complex step exact.
    exponentials = np.exp(z - z.real.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def softmax_jacobian(z):
    """dp_j/dz_i = p_j ([i = j] - p_i), for a vector z."""
    p = softmax(z)
    return np.diag(p) - np.outer(p, p)


def softmax_vjp(p, dy):
    """dz = p (dy - <p, dy>) along the last axis; takes the softmax itself, not its input."""
    inner = (p * dy).sum(axis=-1, keepdims=True)
    return p * (dy - inner)


def softmax_rows_vjp(z, dy):
    """`softmax_vjp` at the softmax of every row of z."""
    return softmax_vjp(softmax(z), dy)


def softmax_cross_entropy(z, label):
    """-log softmax(z)[label], for a vector z and an int64 label."""
    shift = z.real.max()
    return np.log(np.exp(z - shift).sum()) + shift - z[label]


def softmax_cross_entropy_vjp(z, label, dy):
    """dz = dy (softmax(z) - onehot(label))."""
    onehot = np.arange(z.size) == label
    return dy * (softmax(z) - onehot)


def per_pixel_softmax_cross_entropy(z, labels):
    """Mean over n, h, w of the cross-entropy along c: z (n, c, h, w), labels int64 (n, h, w)."""
    shift = z.real.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(z - shift).sum(axis=1)) + shift[:, 0]
    chosen = np.take_along_axis(z, labels[:, None], axis=1)[:, 0]
    return (log_sum - chosen).mean()


def per_pixel_softmax_cross_entropy_vjp(z, labels, dy):
    """dz = dy (softmax(z) - onehot(labels)) / (n h w)."""
    onehot = np.arange(z.shape[1])[None, :, None, None] == labels[:, None]
    return dy * (softmax(z, axis=1) - onehot) / labels.size


CHECKS = (
    Check(
        name="softmax",
        function=softmax,
        jacobian=softmax_jacobian,
        inputs=(normal("z", (5,)),),
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation("coq:Fourfold.VJP.softmax.is_vjp_softmax", of="Fourfold.VJP.softmax.softmax"),
        ),
    ),
    Check(
        name="softmax_rows",
        function=softmax,
        vjp=softmax_rows_vjp,
        inputs=(normal("z", (2, 5)),),
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.softmax.is_vjp_softmax",
                of="Fourfold.VJP.softmax.softmax",
                beyond="row by row",
            ),
        ),
    ),
    Check(
        name="softmax_cross_entropy",
        function=softmax_cross_entropy,
        vjp=softmax_cross_entropy_vjp,
        inputs=(normal("z", (5,)), integers("label", (), 0, 5)),
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.cross_entropy.is_vjp_softmax_cross_entropy",
                of="Fourfold.VJP.cross_entropy.softmax_cross_entropy",
            ),
            Citation(
                "coq:Fourfold.VJP.cross_entropy.cross_entropyE",
                of="Fourfold.VJP.cross_entropy.cross_entropy",
            ),
            Citation(
                "coq:Fourfold.VJP.cross_entropy.cross_entropy_shift",
                of="Fourfold.VJP.cross_entropy.cross_entropy",
            ),
        ),
    ),
    Check(
        name="per_pixel_softmax_cross_entropy",
        function=per_pixel_softmax_cross_entropy,
        vjp=per_pixel_softmax_cross_entropy_vjp,
        inputs=(normal("z", (2, 4, 3, 3)), integers("labels", (2, 3, 3), 0, 4)),
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.cross_entropy.is_vjp_batch_cross_entropy",
                of="Fourfold.VJP.cross_entropy.batch_cross_entropy",
                beyond="classes on axis 1, not last",
            ),
        ),
    ),
)
