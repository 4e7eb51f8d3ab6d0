"""Two-dimensional cross-correlation with stride, zero padding and channel groups.

Both gradients are convolutions again. Source: Dumoulin, Visin, "A guide to convolution arithmetic
for deep learning" (2016), chapter 4 (the transposed convolution), and the correlation of input and
cotangent for the kernel.
"""

from __future__ import annotations

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, ConvolutionLayout, Value
from numerics.stablehlo.rules import depthwise
from numerics.stablehlo.rules.rule import rule
from numerics.stablehlo.rules.windows import Pads


def conv(b: Builder, op: graph.Conv, x: Value, weight: Value, bias: Value | None = None):
    """(B, C, H, W), (O, C / groups, kH, kW) and possibly (O,) -> (B, O, H', W')."""
    if _is_depthwise(op, weight):
        y = depthwise.correlate(b, x, weight, op.padding, op.stride)
    else:
        stride = (op.stride, op.stride)
        padding = _used_padding(op, x, weight)
        y = b.convolution(x, weight, strides=stride, padding=padding, groups=op.groups)
    if bias is not None:
        y = b.add(y, b.broadcast(bias, y.shape, (1,)))
    return y, (x, weight)


@rule(
    graph.Conv,
    forward=conv,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.conv.is_vjp_conv2d",
            of="Fourfold.VJP.conv.conv2d",
            beyond="a batch, channel groups, four pads",
        ),
        Citation(
            "coq:Fourfold.VJP.conv.is_vjp_conv2d_kernel",
            of="Fourfold.VJP.conv.conv2d",
            beyond="a batch, channel groups, four pads",
        ),
        Citation(
            "coq:Fourfold.VJP.conv.is_vjp_conv2d_bias",
            of="Fourfold.VJP.conv.conv2d",
            beyond="a batch",
        ),
        Citation(
            "coq:Fourfold.VJP.conv.is_vjp_correlation",
            of="Fourfold.VJP.conv.correlation",
            beyond="the taps of grouped channels",
        ),
        Citation(
            "coq:Fourfold.VJP.conv.is_vjp_correlation_weight",
            of="Fourfold.VJP.conv.correlation",
            beyond="the taps of grouped channels",
        ),
    ),
)
def conv_backward(b: Builder, op: graph.Conv, saved, dy: Value):
    """Cotangents of the image and the kernel; that of the bias is dy summed over batch and
    positions.
    """
    x, weight = saved
    dx, dweight = input_gradient(b, op, x, weight, dy), weight_gradient(b, op, x, weight, dy)
    return (dx, dweight, b.reduce_sum(dy, (0, 2, 3))) if op.bias else (dx, dweight)


def _used_padding(op: graph.Conv, x: Value, weight: Value) -> Pads:
    """The padding, less what no window reaches along an axis that has one window.

    The sums are the same. IREE takes an axis with one window for a contraction over all of the
    image, and refuses one that is longer than the kernel.
    """
    pads = []
    for size, kernel, (low, high) in zip(x.shape[2:], weight.shape[2:], op.padding):
        spare = low + size + high - kernel
        pads.append((low, high - spare) if 0 < spare < op.stride else (low, high))
    return (pads[0], pads[1])


def input_gradient(b: Builder, op: graph.Conv, x: Value, weight: Value, dy: Value) -> Value:
    """dx[c, i] = sum over o, k of W[o, c, k] dy[o, j], where i = stride j + k - pad.

    That is the correlation of dy, spread out by the stride, with the kernel reversed and its
    channel axes swapped.
    """
    before = [kernel - 1 - low for kernel, (low, _) in zip(weight.shape[2:], op.padding)]
    after = [
        size + kernel - 1 - spread - start
        for size, kernel, spread, start in zip(
            x.shape[2:], weight.shape[2:], _spread(op, dy), before
        )
    ]
    padding = ((before[0], after[0]), (before[1], after[1]))
    reversed_kernel = b.reverse(_swap_within_groups(b, weight, op.groups), (2, 3))
    if _is_depthwise(op, weight):
        return depthwise.correlate(b, dy, reversed_kernel, padding, interior=op.stride - 1)
    dilation = (op.stride, op.stride)
    return b.convolution(
        dy, reversed_kernel, padding=padding, lhs_dilation=dilation, groups=op.groups
    )


def weight_gradient(b: Builder, op: graph.Conv, x: Value, weight: Value, dy: Value) -> Value:
    """dW[o, c, k] = sum over batch and j of x[c, stride j + k - pad] dy[o, j].

    The batch is what is contracted, so it takes the place of the feature axis; dy, spread out by
    the stride, is the kernel. With groups, the input channels of one group and the batch change
    places.
    """
    if _is_depthwise(op, weight):
        size = (weight.shape[2], weight.shape[3])
        return depthwise.kernel_gradient(b, x, dy, size, op.padding, op.stride)
    (top, _), (left, _) = op.padding
    bottom, right = (
        kernel - 1 + spread - size - low
        for kernel, spread, size, low in zip(
            weight.shape[2:], _spread(op, dy), x.shape[2:], (top, left)
        )
    )
    padding: Pads = ((top, bottom), (left, right))
    if op.groups == 1:
        images, letters = x, "fb01"
    else:
        images, letters = _batch_into_features(b, x, op.groups), "bf01"
    return b.convolution(
        images,
        dy,
        padding=padding,
        rhs_dilation=(op.stride, op.stride),
        groups=op.groups,
        layout=ConvolutionLayout(lhs=letters, rhs="io01", out="fb01"),
    )


def _is_depthwise(op: graph.Conv, weight: Value) -> bool:
    return 1 < op.groups == weight.shape[0] and weight.shape[1] == 1


def _spread(op: graph.Conv, dy: Value) -> list[int]:
    """Rows and columns of dy with stride - 1 zeros between neighbours."""
    return [(positions - 1) * op.stride + 1 for positions in dy.shape[2:]]


def _swap_within_groups(b: Builder, weight: Value, groups: int) -> Value:
    """(g O', C', kH, kW) -> (g C', O', kH, kW)."""
    outer, inner, *kernel = weight.shape
    split = b.reshape(weight, (groups, outer // groups, inner, *kernel))
    return b.reshape(
        b.transpose(split, (0, 2, 1, 3, 4)), (groups * inner, outer // groups, *kernel)
    )


def _batch_into_features(b: Builder, x: Value, groups: int) -> Value:
    """(B, g C', H, W) -> (C', g B, H, W)."""
    batch, channels, *positions = x.shape
    split = b.reshape(x, (batch, groups, channels // groups, *positions))
    return b.reshape(
        b.transpose(split, (2, 1, 0, 3, 4)), (channels // groups, groups * batch, *positions)
    )
