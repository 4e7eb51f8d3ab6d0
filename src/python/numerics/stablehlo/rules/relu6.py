"""min(max(x, 0), 6), entry by entry. Where it has a kink, the derivative is taken to be 0.

Source: Howard et al., "Searching for MobileNetV3" (2019), section 5.2.
"""

from __future__ import annotations

from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.elementwise import between, clip6
from numerics.stablehlo.rules.rule import rule


def relu6(b: Builder, op: graph.Activation, x: Value):
    return clip6(b, x), x


@rule("relu6", forward=relu6, reason="two kinks; only the one of ReLU is stated")
def relu6_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f'(x) = [0 < x < 6]."""
    return (b.select(between(b, x, 0.0, 6.0), dy, b.zeros_like(dy)),)
