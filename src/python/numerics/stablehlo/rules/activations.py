"""Functions applied entry by entry: dx = dy f'(x). Where f has a kink, f' is taken to be 0 there.

Sources: ReLU6 and hard swish: Howard et al., "Searching for MobileNetV3" (2019), section 5.2;
swish: Ramachandran, Zoph, Le, "Searching for activation functions" (2017); GELU, tanh form:
Hendrycks, Gimpel (2016), section 2.
"""

from __future__ import annotations

import math

from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule

GELU_SLOPE = math.sqrt(2 / math.pi)
GELU_CUBIC = 0.044715


def relu(b: Builder, op: graph.Activation, x: Value):
    return b.maximum(x, b.zeros_like(x)), x


@rule("relu", forward=relu, theorems=("coq:VJP.relu.is_vjp_relu",))
def relu_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f'(x) = [x > 0]."""
    zero = b.zeros_like(x)
    return (b.select(b.compare("GT", x, zero), dy, zero),)


def relu6(b: Builder, op: graph.Activation, x: Value):
    return _clip6(b, x), x


@rule("relu6", forward=relu6, reason="two kinks; only the one of ReLU is stated")
def relu6_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f'(x) = [0 < x < 6]."""
    return (b.select(_between(b, x, 0.0, 6.0), dy, b.zeros_like(dy)),)


def sigmoid(b: Builder, op: graph.Activation, x: Value):
    y = b.logistic(x)
    return y, y


@rule("sigmoid", forward=sigmoid, theorems=("coq:VJP.activations.is_vjp_sigmoid",))
def sigmoid_backward(b: Builder, op: graph.Activation, y: Value, dy: Value):
    """f' = y (1 - y)."""
    return (b.multiply(dy, b.multiply(y, _one_minus(b, y))),)


def hard_sigmoid(b: Builder, op: graph.Activation, x: Value):
    return _hard_gate(b, x), x


@rule("hard_sigmoid", forward=hard_sigmoid, reason="piecewise linear with two kinks; not stated")
def hard_sigmoid_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f'(x) = [-3 < x < 3] / 6."""
    return (b.select(_between(b, x, -3.0, 3.0), b.scale(dy, 1 / 6), b.zeros_like(dy)),)


def swish(b: Builder, op: graph.Activation, x: Value):
    gate = b.logistic(x)
    return b.multiply(x, gate), (x, gate)


@rule("swish", forward=swish, theorems=("coq:VJP.activations.is_vjp_swish",))
def swish_backward(b: Builder, op: graph.Activation, saved, dy: Value):
    """f' = s + x s (1 - s) with s = sigmoid(x)."""
    x, gate = saved
    slope = b.add(gate, b.multiply(x, b.multiply(gate, _one_minus(b, gate))))
    return (b.multiply(dy, slope),)


def hard_swish(b: Builder, op: graph.Activation, x: Value):
    return b.multiply(x, _hard_gate(b, x)), x


@rule("hard_swish", forward=hard_swish, reason="piecewise quadratic with two kinks; not stated")
def hard_swish_backward(b: Builder, op: graph.Activation, x: Value, dy: Value):
    """f' = h + x h' with h = hard_sigmoid."""
    bend = b.select(_between(b, x, -3.0, 3.0), b.scale(x, 1 / 6), b.zeros_like(x))
    return (b.multiply(dy, b.add(_hard_gate(b, x), bend)),)


def gelu(b: Builder, op: graph.Activation, x: Value):
    """y = x / 2 (1 + tanh u) with u = a (x + c x^3)."""
    square = b.multiply(x, x)
    u = b.scale(b.multiply(x, b.offset(b.scale(square, GELU_CUBIC), 1.0)), GELU_SLOPE)
    bent = b.tanh(u)
    return b.multiply(b.scale(x, 0.5), b.offset(bent, 1.0)), (x, square, bent)


@rule("gelu_tanh", forward=gelu, theorems=("coq:VJP.activations.is_vjp_gelu",))
def gelu_backward(b: Builder, op: graph.Activation, saved, dy: Value):
    """f' = (1 + t) / 2 + x / 2 (1 - t^2) u' with t = tanh u, u' = a (1 + 3 c x^2)."""
    x, square, bent = saved
    du = b.scale(b.offset(b.scale(square, 3 * GELU_CUBIC), 1.0), GELU_SLOPE)
    steep = b.multiply(b.multiply(x, _one_minus(b, b.multiply(bent, bent))), du)
    return (b.multiply(dy, b.scale(b.add(b.offset(bent, 1.0), steep), 0.5)),)


def _clip6(b: Builder, x: Value) -> Value:
    return b.minimum(b.maximum(x, b.zeros_like(x)), b.constant(6.0, x.shape))


def _hard_gate(b: Builder, x: Value) -> Value:
    return b.divide(_clip6(b, b.offset(x, 3.0)), b.constant(6.0, x.shape))


def _between(b: Builder, x: Value, low: float, high: float) -> Value:
    above = b.compare("GT", x, b.constant(low, x.shape))
    return b.logical_and(above, b.compare("LT", x, b.constant(high, x.shape)))


def _one_minus(b: Builder, x: Value) -> Value:
    return b.subtract(b.constant(1.0, x.shape), x)
