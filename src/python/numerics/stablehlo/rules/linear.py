"""Affine maps and sums.

Source: Goodfellow, Bengio, Courville, *Deep Learning* (2016), section 6.5.
"""

from __future__ import annotations

from math import prod

from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def dense(b: Builder, op: graph.Dense, x: Value, weight: Value, bias: Value):
    """y = x W + b on the last axis; (..., m), (m, n), (n,) -> (..., n)."""
    rows = b.reshape(x, (prod(x.shape[:-1]), x.shape[-1]))
    product = b.dot_general(rows, weight, ((1,), (0,)))
    y = b.add(product, b.broadcast(bias, product.shape, (1,)))
    return b.reshape(y, (*x.shape[:-1], weight.shape[1])), (rows, weight, x.shape)


@rule(
    graph.Dense,
    forward=dense,
    theorems=(
        "coq:VJP.dense.is_vjp_dense",
        "coq:VJP.dense.is_vjp_dense_weight",
        "coq:VJP.dense.is_vjp_dense_bias",
    ),
)
def dense_backward(b: Builder, op: graph.Dense, saved, dy: Value):
    """dx = dy W^T, dW = x^T dy, db = sum of the rows of dy."""
    rows, weight, shape = saved
    dy = b.reshape(dy, (rows.shape[0], weight.shape[1]))
    dx = b.dot_general(dy, weight, ((1,), (1,)))
    dweight = b.dot_general(rows, dy, ((0,), (0,)))
    return b.reshape(dx, shape), dweight, b.reduce_sum(dy, (0,))


def add(b: Builder, op: graph.Add, x: Value, y: Value):
    return b.add(x, y), None


@rule(graph.Add, forward=add, theorems=("coq:VJP.vjp.is_vjpD",))
def add_backward(b: Builder, op: graph.Add, saved, dy: Value):
    """Both summands receive the cotangent."""
    return dy, dy


def scale_channels(b: Builder, op: graph.ScaleChannels, x: Value, gate: Value):
    """y[n, c, i, j] = x[n, c, i, j] gate[n, c]."""
    wide = b.broadcast(gate, x.shape, (0, 1))
    return b.multiply(x, wide), (x, wide)


@rule(
    graph.ScaleChannels,
    forward=scale_channels,
    reason="products are proved (VJP.vjp.is_vjpM); the gate's broadcast over positions is not",
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
    reason="products are proved (VJP.vjp.is_vjpM); the broadcast over a channel is not",
)
def layer_scale_backward(b: Builder, op: graph.LayerScale, saved, dy: Value):
    x, wide = saved
    return b.multiply(dy, wide), b.reduce_sum(b.multiply(dy, x), (0, 2, 3))
