"""Max pooling over 2x2 windows and global average pooling, for images (c, h, w).

At a tie the maximum has no derivative; the draws keep the values of each window apart.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, normal
from numerics.gradients.checks.tolerances import AFFINE


def blocks_2x2(x):
    """(..., 2h, 2w) -> (..., h, w, 4): the four values of each window."""
    *lead, rows, columns = x.shape
    split = x.reshape(*lead, rows // 2, 2, columns // 2, 2)
    return split.swapaxes(-3, -2).reshape(*lead, rows // 2, columns // 2, 4)


def max_pool(x):
    """(c, 2h, 2w) -> (c, h, w): the largest value of each 2x2 window."""
    blocks = blocks_2x2(x)
    largest = blocks.real.argmax(axis=-1)
    return np.take_along_axis(blocks, largest[..., None], axis=-1)[..., 0]


def max_pool_vjp(x, dy):
    """dx = dy at the largest value of each window, and 0 elsewhere."""
    dx = np.zeros(x.shape)
    for row in (0, 1):
        for column in (0, 1):
            values = x[..., row::2, column::2]
            dx[..., row::2, column::2] = np.where(values == max_pool(x), dy, 0.0)
    return dx


def window_gaps(x):
    """All distances between two different values of the same window."""
    blocks = blocks_2x2(x)
    pairs = [(a, b) for a in range(4) for b in range(a)]
    return np.stack([np.abs(blocks[..., a] - blocks[..., b]) for a, b in pairs])


def global_average_pool(x):
    """(c, h, w) -> (c): the mean of each channel."""
    return x.mean(axis=(1, 2))


def global_average_pool_vjp(x, dy):
    """dx[c, i, j] = dy_c / (h w)."""
    _, rows, columns = x.shape
    return np.broadcast_to(dy[:, None, None] / (rows * columns), x.shape)


TIES = Avoid(window_gaps, 1e-3, "ties: the four values of each window stay apart")

CHECKS = (
    Check(
        name="max_pool_2x2",
        function=max_pool,
        vjp=max_pool_vjp,
        inputs=(normal("x", (2, 6, 4)),),
        tolerance=AFFINE,
        analytic=True,
        avoid=TIES,
        no_theorem_reason="the library has no max pooling yet",
    ),
    Check(
        name="global_average_pool",
        function=global_average_pool,
        vjp=global_average_pool_vjp,
        inputs=(normal("x", (3, 4, 2)),),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_mean_pool",
                of="Fourfold.VJP.routing.mean_pool",
                beyond="which entry goes where",
            ),
        ),
    ),
)
