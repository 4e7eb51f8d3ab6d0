"""GELU in its tanh form, entry by entry.

Source: Hendrycks, Gimpel, "Gaussian error linear units" (2016), section 2.
"""

from __future__ import annotations

import math

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.elementwise import one_minus
from numerics.stablehlo.rules.rule import rule

GELU_SLOPE = math.sqrt(2 / math.pi)
GELU_CUBIC = 0.044715


def gelu(b: Builder, op: graph.Activation, x: Value):
    """y = x / 2 (1 + tanh u) with u = a (x + c x^3)."""
    square = b.multiply(x, x)
    u = b.scale(b.multiply(x, b.offset(b.scale(square, GELU_CUBIC), 1.0)), GELU_SLOPE)
    bent = b.tanh(u)
    return b.multiply(b.scale(x, 0.5), b.offset(bent, 1.0)), (x, square, bent)


@rule(
    "gelu_tanh",
    forward=gelu,
    theorems=(
        Citation("coq:Fourfold.VJP.activations.is_vjp_gelu", of="Fourfold.VJP.activations.gelu"),
        Citation("coq:Fourfold.VJP.activations.geluE", of="Fourfold.VJP.activations.gelu"),
        Citation(
            "coq:Fourfold.VJP.activations.gelu_scaleE", of="Fourfold.VJP.activations.gelu_scale"
        ),
        Citation(
            "coq:Fourfold.VJP.activations.gelu_cubicE", of="Fourfold.VJP.activations.gelu_cubic"
        ),
    ),
)
def gelu_backward(b: Builder, op: graph.Activation, saved, dy: Value):
    """f' = (1 + t) / 2 + x / 2 (1 - t^2) u' with t = tanh u, u' = a (1 + 3 c x^2)."""
    x, square, bent = saved
    du = b.scale(b.offset(b.scale(square, 3 * GELU_CUBIC), 1.0), GELU_SLOPE)
    steep = b.multiply(b.multiply(x, one_minus(b, b.multiply(bent, bent))), du)
    return (b.multiply(dy, b.scale(b.add(b.offset(bent, 1.0), steep), 0.5)),)
