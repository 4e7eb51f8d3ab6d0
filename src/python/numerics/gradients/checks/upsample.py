"""Bilinear upsampling by an integer factor with half-pixel centres.

Output i of a line of n samples reads position (i + 1/2) / factor - 1/2, clamped to [0, n - 1], and
interpolates between the two samples around it. Images are (n, c, h, w).
"""

from __future__ import annotations

import numpy as np

from numerics.gradients.check import Check, normal
from numerics.gradients.checks.tolerances import AFFINE


def neighbours(extent, factor):
    """For each output: the sample before, the sample after, and the weight of the one after."""
    centres = (np.arange(extent * factor) + 0.5) / factor - 0.5
    clamped = np.clip(centres, 0, extent - 1)
    before = np.floor(clamped).astype(np.int64)
    after = np.minimum(before + 1, extent - 1)
    return before, after, clamped - before


def upsample_line(x, factor):
    """Upsample the last axis."""
    before, after, weight = neighbours(x.shape[-1], factor)
    return (1 - weight) * x[..., before] + weight * x[..., after]


def upsample_line_vjp(extent, factor, dy):
    """Each output's cotangent goes back to its two samples, by their weights."""
    before, after, weight = neighbours(extent, factor)
    dx = np.zeros(dy.shape[:-1] + (extent,))
    np.add.at(dx, (..., before), (1 - weight) * dy)
    np.add.at(dx, (..., after), weight * dy)
    return dx


def bilinear_upsample(x, factor):
    """(n, c, h, w) -> (n, c, factor h, factor w): rows, then columns."""
    rows = upsample_line(x.swapaxes(-1, -2), factor).swapaxes(-1, -2)
    return upsample_line(rows, factor)


def bilinear_upsample_vjp(x, factor, dy):
    """Columns, then rows."""
    rows, columns = x.shape[-2:]
    drows = upsample_line_vjp(columns, factor, dy)
    return upsample_line_vjp(rows, factor, drows.swapaxes(-1, -2)).swapaxes(-1, -2)


def upsample_by_2(x):
    """`bilinear_upsample` by 2."""
    return bilinear_upsample(x, 2)


def upsample_by_2_vjp(x, dy):
    """`bilinear_upsample_vjp` by 2."""
    return bilinear_upsample_vjp(x, 2, dy)


def upsample_by_3(x):
    """`bilinear_upsample` by 3."""
    return bilinear_upsample(x, 3)


def upsample_by_3_vjp(x, dy):
    """`bilinear_upsample_vjp` by 3."""
    return bilinear_upsample_vjp(x, 3, dy)


CHECKS = (
    Check(
        name="bilinear_upsample",
        function=upsample_by_2,
        vjp=upsample_by_2_vjp,
        inputs=(normal("x", (2, 3, 4, 3)),),
        tolerance=AFFINE,
        analytic=True,
        no_theorem_reason="the library has no resampling yet",
    ),
    Check(
        name="bilinear_upsample_edge_clamp",
        function=upsample_by_3,
        vjp=upsample_by_3_vjp,
        # With a single sample every output is clamped on both sides.
        inputs=(normal("x", (1, 1, 1, 1)),),
        tolerance=AFFINE,
        analytic=True,
        no_theorem_reason="the library has no resampling yet",
    ),
)
