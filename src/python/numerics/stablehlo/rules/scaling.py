"""Products with a factor for each channel."""

from __future__ import annotations

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def scale_channels(b: Builder, op: graph.ScaleChannels, x: Value, gate: Value):
    """y[n, c, i, j] = x[n, c, i, j] gate[n, c]."""
    wide = b.broadcast(gate, x.shape, (0, 1))
    return b.multiply(x, wide), (x, wide)


@rule(
    graph.ScaleChannels,
    forward=scale_channels,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_l",
            of="Fourfold.VJP.routing.broadcast_mul",
            beyond="which entry goes where",
        ),
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_r",
            of="Fourfold.VJP.routing.broadcast_mul",
            beyond="which entry goes where",
        ),
    ),
)
def scale_channels_backward(b: Builder, op: graph.ScaleChannels, saved, dy: Value):
    """The product rule; the broadcast gate's cotangent is summed over positions."""
    x, wide = saved
    return b.multiply(dy, wide), b.reduce_sum(b.multiply(dy, x), (2, 3))


def layer_scale(b: Builder, op: graph.LayerScale, x: Value, gamma: Value):
    """y[n, c, i, j] = gamma[c] x[n, c, i, j]."""
    wide = b.broadcast(gamma, x.shape, (1,))
    return b.multiply(x, wide), (x, wide)


@rule(
    graph.LayerScale,
    forward=layer_scale,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_l",
            of="Fourfold.VJP.routing.broadcast_mul",
            beyond="which entry goes where",
        ),
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_r",
            of="Fourfold.VJP.routing.broadcast_mul",
            beyond="which entry goes where",
        ),
    ),
)
def layer_scale_backward(b: Builder, op: graph.LayerScale, saved, dy: Value):
    x, wide = saved
    return b.multiply(dy, wide), b.reduce_sum(b.multiply(dy, x), (0, 2, 3))
