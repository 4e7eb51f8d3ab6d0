"""Softmax: the weights of attention, and the probabilities of the loss."""

from __future__ import annotations

from numerics.citation import Citation
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import SOFTMAX, rule


def softmax(b: Builder, op: None, x: Value):
    """Over the last axis, shifted by its maximum so that no exponential overflows."""
    last, kept = x.rank - 1, tuple(range(x.rank - 1))
    shifted = b.subtract(x, b.broadcast(b.reduce_max(x, (last,)), x.shape, kept))
    powers = b.exponential(shifted)
    p = b.divide(powers, b.broadcast(b.reduce_sum(powers, (last,)), x.shape, kept))
    return p, p


@rule(
    SOFTMAX,
    forward=softmax,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.softmax.is_vjp_softmax",
            of="Fourfold.VJP.softmax.softmax",
            beyond="every row of the last axis",
        ),
    ),
)
def softmax_backward(b: Builder, op: None, p: Value, dp: Value):
    """dx = p (dp - <p, dp>)."""
    inner = b.reduce_sum(b.multiply(p, dp), (p.rank - 1,))
    kept = tuple(range(p.rank - 1))
    return (b.multiply(p, b.subtract(dp, b.broadcast(inner, p.shape, kept))),)
