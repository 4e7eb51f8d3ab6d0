"""An image as one row."""

from __future__ import annotations

from math import prod

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def flatten(b: Builder, op: graph.Flatten, x: Value):
    """(B, C, H, W) -> (B, C H W), row-major."""
    return b.reshape(x, (x.shape[0], prod(x.shape[1:]))), x.shape


@rule(
    graph.Flatten,
    forward=flatten,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_gather",
            of="Fourfold.VJP.routing.gather",
            beyond="which entry goes where",
        ),
    ),
)
def flatten_backward(b: Builder, op: graph.Flatten, shape, dy: Value):
    return (b.reshape(dy, shape),)
