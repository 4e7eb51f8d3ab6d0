"""Piecewise forms of sigmoid and swish, entry by entry. At a kink, the derivative of the kinked
part is taken to be 0.

Source: Howard et al., "Searching for MobileNetV3" (2019), section 5.2.
"""

from __future__ import annotations

from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.elementwise import between, hard_gate
from numerics.stablehlo.rules.rule import rule


def hard_sigmoid(b: Builder, op: graph.Activation, x: Value):
    return hard_gate(b, x), x


@rule("hard_sigmoid", forward=hard_sigmoid, reason="piecewise linear with two kinks; not stated")
def hard_sigmoid_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f'(x) = [-3 < x < 3] / 6."""
    return (b.select(between(b, x, -3.0, 3.0), b.scale(dy, 1 / 6), b.zeros_like(dy)),)


def hard_swish(b: Builder, op: graph.Activation, x: Value):
    return b.multiply(x, hard_gate(b, x)), x


@rule("hard_swish", forward=hard_swish, reason="piecewise quadratic with two kinks; not stated")
def hard_swish_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f' = h + x h' with h = hard_sigmoid."""
    bend = b.select(between(b, x, -3.0, 3.0), b.scale(x, 1 / 6), b.zeros_like(x))
    return (b.multiply(dy, b.add(hard_gate(b, x), bend)),)
