"""Convolution (cross-correlation) of one image, stride 1 and stride 2, with zero padding.

Shapes: x (ic, h, w), weight (oc, ic, k, k), bias (oc), y (oc, h, w) for stride 1 SAME, which pads
p = (k - 1) // 2 before and k - 1 - p after:
y[o, i, j] = b_o + sum W[o, c, a, b] x[c, i + a - p, j + b - p].

A stride-2 SAME convolution keeps every second output of the stride-1 one. There are two phases:

* even: outputs 0, 2, 4, ...: padding p before, whatever the size;
* XLA's SAME: the padding total max((ceil(h / 2) - 1) 2 + k - h, 0) is split with the smaller half
  before. For k = 3 that is nothing before on even sizes (outputs 1, 3, 5, ...), and p before on odd
  sizes, where both agree.

Mathematics: Dumoulin and Visin, "A guide to convolution arithmetic" (arXiv:1603.07285), chapter 4.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Check, normal
from numerics.gradients.checks.tolerances import AFFINE


def pad(x, before, after):
    """Zeros around the last two axes; `before` and `after` are (rows, columns)."""
    margins = [(0, 0)] * (x.ndim - 2) + [(before[0], after[0]), (before[1], after[1])]
    return np.pad(x, margins)


def window(padded, row, column, size, stride):
    """The entries (row + stride i, column + stride j) for i, j below `size` = (rows, columns)."""
    last_row, last_column = row + stride * (size[0] - 1), column + stride * (size[1] - 1)
    return padded[..., row : last_row + 1 : stride, column : last_column + 1 : stride]


def pad_for(x, kernel, before, stride):
    """x padded with `before`, and enough after, for ceil(h / stride) outputs; with that size."""
    size = tuple(-(-extent // stride) for extent in x.shape[-2:])
    reach = [stride * (n - 1) + kernel for n in size]
    after = [
        max(r - extent - b, 0) for r, extent, b in zip(reach, x.shape[-2:], before, strict=True)
    ]
    return pad(x, before, after), size


def correlate(x, weight, before, stride=1):
    """y[o, i, j] = sum W[o, c, a, b] xpad[c, stride i + a, stride j + b]."""
    kernel = weight.shape[-1]
    padded, size = pad_for(x, kernel, before, stride)
    return sum(
        np.einsum("oc,chw->ohw", weight[:, :, a, b], window(padded, a, b, size, stride))
        for a in range(kernel)
        for b in range(kernel)
    )


def same_before(kernel):
    """The padding before, in both directions, of a stride-1 SAME convolution."""
    return ((kernel - 1) // 2,) * 2


def xla_same_before(kernel, shape, stride):
    """The padding before, per direction, of XLA's SAME for these rows and columns."""
    totals = (max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in shape)
    return tuple(total // 2 for total in totals)


def conv2d(x, weight, bias):
    """Stride 1, SAME."""
    return correlate(x, weight, same_before(weight.shape[-1])) + bias[:, None, None]


def conv2d_input_vjp(x, weight, bias, dy):
    """dx: correlation of dy with the reversed kernel, its channel axes swapped."""
    kernel = weight.shape[-1]
    reversed_kernel = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    before = kernel - 1 - (kernel - 1) // 2
    return correlate(dy, reversed_kernel, (before, before))


def conv2d_weight_vjp(x, weight, bias, dy):
    """dW[o, c, a, b] = sum_ij xpad[c, i + a, j + b] dy[o, i, j]."""
    kernel = weight.shape[-1]
    padded, size = pad_for(x, kernel, same_before(kernel), 1)
    dweight = np.empty(weight.shape)
    for a in range(kernel):
        for b in range(kernel):
            dweight[:, :, a, b] = np.einsum("ohw,chw->oc", dy, window(padded, a, b, size, 1))
    return dweight


def conv2d_bias_vjp(x, weight, bias, dy):
    """db_o = sum_ij dy[o, i, j]."""
    return dy.sum(axis=(1, 2))


def conv2d_stride2_even(x, weight, bias):
    """Stride 2, even phase."""
    return correlate(x, weight, same_before(weight.shape[-1]), stride=2) + bias[:, None, None]


def conv2d_stride2_xla(x, weight, bias):
    """Stride 2, the phase of XLA's SAME padding."""
    before = xla_same_before(weight.shape[-1], x.shape[-2:], 2)
    return correlate(x, weight, before, stride=2) + bias[:, None, None]


def spread(dy, shape, phase):
    """The transpose of decimation: dy at rows and columns phase + 2i of zeros of this shape."""
    full = np.zeros(dy.shape[:-2] + tuple(shape))
    full[..., phase[0] :: 2, phase[1] :: 2] = dy
    return full


def xla_phase(kernel, shape):
    """Which stride-1 outputs XLA's stride-2 SAME keeps, per direction: 0 even, 1 odd."""
    before = xla_same_before(kernel, shape, 2)
    return tuple(p - b for p, b in zip(same_before(kernel), before, strict=True))


def conv2d_stride2_even_vjp(x, weight, bias, dy):
    """Spread dy to the even positions, then apply the stride-1 products."""
    return _stride1_vjp(x, weight, bias, spread(dy, x.shape[-2:], (0, 0)))


def conv2d_stride2_xla_vjp(x, weight, bias, dy):
    """Spread dy to the positions that XLA's SAME keeps, then apply the stride-1 products."""
    phase = xla_phase(weight.shape[-1], x.shape[-2:])
    return _stride1_vjp(x, weight, bias, spread(dy, x.shape[-2:], phase))


def _stride1_vjp(x, weight, bias, dy):
    return (
        conv2d_input_vjp(x, weight, bias, dy),
        conv2d_weight_vjp(x, weight, bias, dy),
        conv2d_bias_vjp(x, weight, bias, dy),
    )


SHAPES = (("x", (2, 6, 5)), ("weight", (3, 2, 3, 3)), ("bias", (3,)))
STRIDED_SHAPES = (("x", (2, 6, 4)), ("weight", (3, 2, 3, 3)), ("bias", (3,)))


def _inputs(differentiated):
    return tuple(
        normal(name, shape, scale=0.5, differentiate=name == differentiated)
        for name, shape in SHAPES
    )


CHECKS = (
    Check(
        name="conv2d_input",
        function=conv2d,
        vjp=conv2d_input_vjp,
        inputs=_inputs("x"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_conv2d",
                of="Fourfold.VJP.conv.conv2d",
                beyond="the form with the reversed kernel",
            ),
        ),
    ),
    Check(
        name="conv2d_weight",
        function=conv2d,
        vjp=conv2d_weight_vjp,
        inputs=_inputs("weight"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation("coq:Fourfold.VJP.conv.is_vjp_conv2d_kernel", of="Fourfold.VJP.conv.conv2d"),
        ),
    ),
    Check(
        name="conv2d_bias",
        function=conv2d,
        vjp=conv2d_bias_vjp,
        inputs=_inputs("bias"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation("coq:Fourfold.VJP.conv.is_vjp_conv2d_bias", of="Fourfold.VJP.conv.conv2d"),
        ),
    ),
    Check(
        name="conv2d_stride2_even",
        function=conv2d_stride2_even,
        vjp=conv2d_stride2_even_vjp,
        inputs=tuple(normal(name, shape, scale=0.5) for name, shape in STRIDED_SHAPES),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_conv2d",
                of="Fourfold.VJP.conv.conv2d",
                beyond="the form with dy spread out",
            ),
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_conv2d_kernel",
                of="Fourfold.VJP.conv.conv2d",
                beyond="the form with dy spread out",
            ),
            Citation("coq:Fourfold.VJP.conv.is_vjp_conv2d_bias", of="Fourfold.VJP.conv.conv2d"),
        ),
    ),
    Check(
        name="conv2d_stride2_xla",
        function=conv2d_stride2_xla,
        vjp=conv2d_stride2_xla_vjp,
        inputs=tuple(normal(name, shape, scale=0.5) for name, shape in STRIDED_SHAPES),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_conv2d",
                of="Fourfold.VJP.conv.conv2d",
                beyond="the form with dy spread out",
            ),
            Citation(
                "coq:Fourfold.VJP.conv.is_vjp_conv2d_kernel",
                of="Fourfold.VJP.conv.conv2d",
                beyond="the form with dy spread out",
            ),
            Citation("coq:Fourfold.VJP.conv.is_vjp_conv2d_bias", of="Fourfold.VJP.conv.conv2d"),
        ),
    ),
)
