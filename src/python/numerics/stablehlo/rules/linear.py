"""Affine maps.

Source: Goodfellow, Bengio, Courville, *Deep Learning* (2016), section 6.5.
"""

from __future__ import annotations

from math import prod

from numerics.citation import Citation
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
        Citation(
            "coq:Fourfold.VJP.dense.is_vjp_dense",
            of="Fourfold.VJP.dense.dense",
            beyond="a batch of rows",
        ),
        Citation(
            "coq:Fourfold.VJP.dense.is_vjp_dense_weight",
            of="Fourfold.VJP.dense.dense",
            beyond="a batch of rows",
        ),
        Citation(
            "coq:Fourfold.VJP.dense.is_vjp_dense_bias",
            of="Fourfold.VJP.dense.dense",
            beyond="a batch of rows",
        ),
    ),
)
def dense_backward(b: Builder, op: graph.Dense, saved, dy: Value):
    """dx = dy W^T, dW = x^T dy, db = sum of the rows of dy."""
    rows, weight, shape = saved
    dy = b.reshape(dy, (rows.shape[0], weight.shape[1]))
    dx = b.dot_general(dy, weight, ((1,), (1,)))
    dweight = b.dot_general(rows, dy, ((0,), (0,)))
    return b.reshape(dx, shape), dweight, b.reduce_sum(dy, (0,))
