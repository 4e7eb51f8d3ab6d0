"""max(x, 0), entry by entry: dx = dy [x > 0], and 0 at the kink."""

from __future__ import annotations

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def relu(b: Builder, op: graph.Activation, x: Value):
    return b.maximum(x, b.zeros_like(x)), x


@rule(
    "relu",
    forward=relu,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.relu.is_vjp_relu", of="Fourfold.VJP.relu.relu", beyond="0 at the kink"
        ),
    ),
)
def relu_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f'(x) = [x > 0]."""
    zero = b.zeros_like(x)
    return (b.select(b.compare("GT", x, zero), dy, zero),)
