"""Cross-correlation of each channel with a kernel of its own, as a sum of shifted products.

With one channel per group a convolution has no channel to contract over, and compilers treat it
badly; kH kW shifted multiply-adds fuse into one loop. With view_k(x) the entries of the padded
image at offset k of every window:

    y = sum over k of w[c, k] view_k(x)
    dw[c, k] = sum over batch and positions of view_k(x) dy
    dx = the same sum over dy, spread out by the stride, with the kernel reversed

Source: Chollet, "Xception: deep learning with depthwise separable convolutions" (2017); gradients
as for `convolution`.
"""

from __future__ import annotations

from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.windows import Pads, pad_image, views


def correlate(
    b: Builder, x: Value, weight: Value, pads: Pads, stride: int = 1, interior: int = 0
) -> Value:
    """(B, C, H, W), (C, 1, kH, kW) -> (B, C, H', W').

    `interior` is the number of zeros put between neighbours of `x`.
    """
    channels, _, *size = weight.shape
    kernel = b.reshape(weight, (channels, size[0] * size[1]))
    padded = pad_image(b, x, 0.0, pads, interior)
    y = None
    for k, view in enumerate(views(b, padded, tuple(size), stride)):
        entry = b.reshape(b.slice(kernel, (0, k), (channels, k + 1)), (channels,))
        term = b.multiply(view, b.broadcast(entry, view.shape, (1,)))
        y = term if y is None else b.add(y, term)
    return y


def kernel_gradient(
    b: Builder, x: Value, dy: Value, size: tuple[int, int], pads: Pads, stride: int
) -> Value:
    """(B, C, H, W), (B, C, H', W') -> (C, 1, kH, kW).

    One reduction for each row of the kernel: one for each entry would make many small programs to
    compile, one for all entries kH kW copies of the image.
    """
    batch, channels, height, width = dy.shape
    stacked = [
        b.reshape(view, (batch, channels, 1, height, width))
        for view in views(b, pad_image(b, x, 0.0, pads), size, stride)
    ]
    rows = []
    for start in range(0, len(stacked), size[1]):
        row = b.concatenate(stacked[start : start + size[1]], 2)
        products = b.multiply(row, b.broadcast(dy, row.shape, (0, 1, 3, 4)))
        rows.append(b.reduce_sum(products, (0, 3, 4)))
    return b.reshape(b.concatenate(rows, 1), (channels, 1, *size))
