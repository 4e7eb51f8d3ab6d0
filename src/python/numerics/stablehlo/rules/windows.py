"""Windows sliding over an image, seen through one position inside them at a time."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.stablehlo.builder import Builder, Shape, Value

Pads = tuple[tuple[int, int], tuple[int, int]]


def pad_image(b: Builder, x: Value, value: float, pads: Pads, interior: int = 0) -> Value:
    """(B, C, H, W) with rows and columns of `value` around it and `interior` of them between its
    own.
    """
    (top, bottom), (left, right) = pads
    return b.pad(x, value, (0, 0, top, left), (0, 0, bottom, right), (0, 0, interior, interior))


def views(b: Builder, padded: Value, size: tuple[int, int], stride: int) -> Iterator[Value]:
    """For each offset in a window, in row-major order: the entry at that offset of every window."""
    height, width = padded.shape[2:]
    for i in range(size[0]):
        for j in range(size[1]):
            ends = [
                start + (extent - kernel) // stride * stride + 1
                for start, extent, kernel in ((i, height, size[0]), (j, width, size[1]))
            ]
            yield b.slice(padded, (0, 0, i, j), (*padded.shape[:2], *ends), (1, 1, stride, stride))


def place(
    b: Builder, part: Value, offset: tuple[int, int], stride: int, pads: Pads, shape: Shape
) -> Value:
    """The transpose of the view at `offset`: entries return to where they were taken from in an
    image of `shape`.

    `pads` is the padding that the view was taken through; what lies in it is dropped.
    """
    low = [start - before for start, (before, _) in zip(offset, pads)]
    spread = [(n - 1) * stride + 1 for n in part.shape[2:]]
    high = [n - start - m for n, start, m in zip(shape[2:], low, spread)]
    return pad_image(b, part, 0.0, ((low[0], high[0]), (low[1], high[1])), stride - 1)
