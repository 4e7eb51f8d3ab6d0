"""The logistic function, and swish, its product with x; entry by entry, dx = dy f'(x).

Source of swish: Ramachandran, Zoph, Le, "Searching for activation functions" (2017).
"""

from __future__ import annotations

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.elementwise import one_minus
from numerics.stablehlo.rules.rule import rule


def sigmoid(b: Builder, op: graph.Activation, x: Value):
    y = b.logistic(x)
    return y, y


@rule(
    "sigmoid",
    forward=sigmoid,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.activations.is_vjp_sigmoid", of="Fourfold.VJP.activations.sigmoid"
        ),
        Citation("coq:Fourfold.VJP.activations.sigmoidE", of="Fourfold.VJP.activations.sigmoid"),
    ),
)
def sigmoid_backward(b: Builder, op: graph.Activation, y: Value, dy: Value):
    """f' = y (1 - y)."""
    return (b.multiply(dy, b.multiply(y, one_minus(b, y))),)


def swish(b: Builder, op: graph.Activation, x: Value):
    gate = b.logistic(x)
    return b.multiply(x, gate), (x, gate)


@rule(
    "swish",
    forward=swish,
    theorems=(
        Citation("coq:Fourfold.VJP.activations.is_vjp_swish", of="Fourfold.VJP.activations.swish"),
        Citation("coq:Fourfold.VJP.activations.swishE", of="Fourfold.VJP.activations.swish"),
    ),
)
def swish_backward(b: Builder, op: graph.Activation, saved, dy: Value):
    """f' = s + x s (1 - s) with s = sigmoid(x)."""
    x, gate = saved
    slope = b.add(gate, b.multiply(x, b.multiply(gate, one_minus(b, gate))))
    return (b.multiply(dy, slope),)
