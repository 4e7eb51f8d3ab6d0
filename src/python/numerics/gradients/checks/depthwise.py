"""Depthwise convolution: one kernel per channel. Padding, strides and phases as in `conv`.

Shapes: x (c, h, w), weight (c, k, k), bias (c), y (c, h, w) for stride 1 SAME.
Mathematics: Chollet, "Xception" (2017), section 2; the products are those of `conv` on one channel.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Check, normal
from numerics.gradients.checks.conv import (
    pad_for,
    same_before,
    spread,
    window,
    xla_phase,
    xla_same_before,
)
from numerics.gradients.checks.tolerances import AFFINE


def correlate_channels(x, weight, before, stride=1):
    """y[c, i, j] = sum W[c, a, b] xpad[c, stride i + a, stride j + b]."""
    kernel = weight.shape[-1]
    padded, size = pad_for(x, kernel, before, stride)
    return sum(
        weight[:, a, b, None, None] * window(padded, a, b, size, stride)
        for a in range(kernel)
        for b in range(kernel)
    )


def depthwise(x, weight, bias):
    """Stride 1, SAME."""
    return correlate_channels(x, weight, same_before(weight.shape[-1])) + bias[:, None, None]


def depthwise_input_vjp(x, weight, bias, dy):
    """dx: correlation of dy with the reversed kernel of the same channel."""
    kernel = weight.shape[-1]
    before = kernel - 1 - (kernel - 1) // 2
    return correlate_channels(dy, weight[:, ::-1, ::-1], (before, before))


def depthwise_weight_vjp(x, weight, bias, dy):
    """dW[c, a, b] = sum_ij xpad[c, i + a, j + b] dy[c, i, j]."""
    kernel = weight.shape[-1]
    padded, size = pad_for(x, kernel, same_before(kernel), 1)
    dweight = np.empty(weight.shape)
    for a in range(kernel):
        for b in range(kernel):
            dweight[:, a, b] = (dy * window(padded, a, b, size, 1)).sum(axis=(1, 2))
    return dweight


def depthwise_bias_vjp(x, weight, bias, dy):
    """db_c = sum_ij dy[c, i, j]."""
    return dy.sum(axis=(1, 2))


def depthwise_stride2_even(x, weight, bias):
    """Stride 2, even phase."""
    before = same_before(weight.shape[-1])
    return correlate_channels(x, weight, before, stride=2) + bias[:, None, None]


def depthwise_stride2_xla(x, weight, bias):
    """Stride 2, the phase of XLA's SAME padding."""
    before = xla_same_before(weight.shape[-1], x.shape[-2:], 2)
    return correlate_channels(x, weight, before, stride=2) + bias[:, None, None]


def depthwise_stride2_even_vjp(x, weight, bias, dy):
    """Spread dy to the even positions, then apply the stride-1 products."""
    return _stride1_vjp(x, weight, bias, spread(dy, x.shape[-2:], (0, 0)))


def depthwise_stride2_xla_vjp(x, weight, bias, dy):
    """Spread dy to the positions that XLA's SAME keeps, then apply the stride-1 products."""
    phase = xla_phase(weight.shape[-1], x.shape[-2:])
    return _stride1_vjp(x, weight, bias, spread(dy, x.shape[-2:], phase))


def _stride1_vjp(x, weight, bias, dy):
    return (
        depthwise_input_vjp(x, weight, bias, dy),
        depthwise_weight_vjp(x, weight, bias, dy),
        depthwise_bias_vjp(x, weight, bias, dy),
    )


SHAPES = (("x", (3, 6, 5)), ("weight", (3, 3, 3)), ("bias", (3,)))
STRIDED_SHAPES = (("x", (3, 6, 4)), ("weight", (3, 3, 3)), ("bias", (3,)))


def _inputs(differentiated):
    return tuple(
        normal(name, shape, scale=0.5, differentiate=name == differentiated)
        for name, shape in SHAPES
    )


CHECKS = (
    Check(
        name="depthwise_input",
        function=depthwise,
        vjp=depthwise_input_vjp,
        inputs=_inputs("x"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_correlation",
                of="Fourfold.VJP.conv.correlation",
                beyond="the taps of one kernel a channel",
            ),
        ),
    ),
    Check(
        name="depthwise_weight",
        function=depthwise,
        vjp=depthwise_weight_vjp,
        inputs=_inputs("weight"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_correlation_weight",
                of="Fourfold.VJP.conv.correlation",
                beyond="the taps of one kernel a channel",
            ),
        ),
    ),
    Check(
        name="depthwise_bias",
        function=depthwise,
        vjp=depthwise_bias_vjp,
        inputs=_inputs("bias"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_r",
                of="Fourfold.VJP.routing.broadcast_add",
                beyond="which entry goes where",
            ),
        ),
    ),
    Check(
        name="depthwise_stride2_even",
        function=depthwise_stride2_even,
        vjp=depthwise_stride2_even_vjp,
        inputs=tuple(normal(name, shape, scale=0.5) for name, shape in STRIDED_SHAPES),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_correlation",
                of="Fourfold.VJP.conv.correlation",
                beyond="the taps of one kernel a channel",
            ),
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_correlation_weight",
                of="Fourfold.VJP.conv.correlation",
                beyond="the taps of one kernel a channel",
            ),
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_r",
                of="Fourfold.VJP.routing.broadcast_add",
                beyond="which entry goes where",
            ),
        ),
    ),
    Check(
        name="depthwise_stride2_xla",
        function=depthwise_stride2_xla,
        vjp=depthwise_stride2_xla_vjp,
        inputs=tuple(normal(name, shape, scale=0.5) for name, shape in STRIDED_SHAPES),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_correlation",
                of="Fourfold.VJP.conv.correlation",
                beyond="the taps of one kernel a channel",
            ),
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_correlation_weight",
                of="Fourfold.VJP.conv.correlation",
                beyond="the taps of one kernel a channel",
            ),
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_r",
                of="Fourfold.VJP.routing.broadcast_add",
                beyond="which entry goes where",
            ),
        ),
    ),
)
