"""Expressions that several activations share."""

from __future__ import annotations

from numerics.stablehlo.builder import Builder, Value


def clip6(b: Builder, x: Value) -> Value:
    return b.minimum(b.maximum(x, b.zeros_like(x)), b.constant(6.0, x.shape))


def hard_gate(b: Builder, x: Value) -> Value:
    return b.divide(clip6(b, b.offset(x, 3.0)), b.constant(6.0, x.shape))


def between(b: Builder, x: Value, low: float, high: float) -> Value:
    above = b.compare("GT", x, b.constant(low, x.shape))
    return b.logical_and(above, b.compare("LT", x, b.constant(high, x.shape)))


def one_minus(b: Builder, x: Value) -> Value:
    return b.subtract(b.constant(1.0, x.shape), x)
