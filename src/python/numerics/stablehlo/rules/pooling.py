"""Maximum and mean over positions of an image."""

from __future__ import annotations

import math

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule
from numerics.stablehlo.rules.windows import pad_image, place, views


def max_pool(b: Builder, op: graph.MaxPool, x: Value):
    """(B, C, H, W) -> (B, C, H', W'): the greatest of the shifted, strided views of the padded
    image.
    """
    padded = pad_image(b, x, -math.inf, op.padding)
    seen = list(views(b, padded, (op.size, op.size), op.stride))
    y = seen[0]
    for view in seen[1:]:
        y = b.maximum(y, view)
    return y, (seen, y, x.shape)


@rule(graph.MaxPool, forward=max_pool, reason="the maximum over windows is not stated")
def max_pool_backward(b: Builder, op: graph.MaxPool, saved, dy: Value):
    """Each window's cotangent goes to the first of its entries, in row-major order, that equals the
    maximum.

    The first entry is also what the StableHLO operation select_and_scatter picks with the
    comparison `>=`.
    """
    seen, y, shape = saved
    zero = b.zeros_like(dy)
    dx, free = None, b.constant(True, y.shape, "i1")
    for index, view in enumerate(seen):
        equal = b.compare("EQ", view, y)
        routed = b.select(b.logical_and(free, equal), dy, zero)
        free = b.logical_and(free, b.logical_not(equal))
        part = place(b, routed, divmod(index, op.size), op.stride, op.padding, shape)
        dx = part if dx is None else b.add(dx, part)
    return (dx,)


def global_avg_pool(b: Builder, op: graph.GlobalAvgPool, x: Value):
    """(B, C, H, W) -> (B, C)."""
    return b.scale(b.reduce_sum(x, (2, 3)), 1 / math.prod(x.shape[2:])), x.shape


@rule(
    graph.GlobalAvgPool,
    forward=global_avg_pool,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_mean_pool",
            of="Fourfold.VJP.routing.mean_pool",
            beyond="which entry goes where",
        ),
    ),
)
def global_avg_pool_backward(b: Builder, op: graph.GlobalAvgPool, shape, dy: Value):
    """dx[n, c, i, j] = dy[n, c] / (H W)."""
    return (b.broadcast(b.scale(dy, 1 / math.prod(shape[2:])), shape, (0, 1)),)
