"""The sum of two branches."""

from __future__ import annotations

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def add(b: Builder, op: graph.Add, x: Value, y: Value):
    return b.add(x, y), None


@rule(
    graph.Add,
    forward=add,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_l",
            of="Fourfold.VJP.routing.broadcast_add",
        ),
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_r",
            of="Fourfold.VJP.routing.broadcast_add",
        ),
    ),
)
def add_backward(b: Builder, op: graph.Add, saved, dy: Value):
    """Both summands receive the cotangent."""
    return dy, dy
