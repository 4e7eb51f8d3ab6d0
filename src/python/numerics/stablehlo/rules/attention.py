"""Scaled dot-product attention.

Source: Vaswani et al., "Attention is all you need" (2017), section 3.2.
"""

from __future__ import annotations

import math

from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule
from numerics.stablehlo.rules.softmax import softmax, softmax_backward

HEADS = ((0, 2), (0, 2))  # batch axes of two operands of shape (B, N, H, d)
WEIGHTS_HEADS = ((0, 1), (0, 2))  # of weights (B, H, N, N) and such an operand


def attention(b: Builder, op: graph.Attention, q: Value, k: Value, v: Value):
    """(B, N, D) three times -> (B, N, D); per head P = softmax(Q K^T / sqrt d), result P V."""
    q, k, v = (_split(b, x, op.heads) for x in (q, k, v))
    scores = b.scale(b.dot_general(q, k, ((3,), (3,)), HEADS), 1 / math.sqrt(q.shape[3]))
    weights, _ = softmax(b, None, scores)
    mixed = b.dot_general(weights, v, ((3,), (1,)), WEIGHTS_HEADS)
    return _merge(b, mixed), (q, k, v, weights)


@rule(
    graph.Attention,
    forward=attention,
    reason="only its softmax is proved (rule softmax); the products with Q, K, V are not",
)
def attention_backward(b: Builder, op: graph.Attention, saved, dy: Value):
    """dV = P^T dO; dP = dO V^T; dS = softmax_backward(P, dP) / sqrt d; dQ = dS K; dK = dS^T Q."""
    q, k, v, weights = saved
    dout = _split(b, dy, op.heads)
    dv = b.dot_general(weights, dout, ((2,), (1,)), WEIGHTS_HEADS)
    dweights = b.dot_general(dout, v, ((3,), (3,)), HEADS)
    (dscaled,) = softmax_backward(b, None, weights, dweights)
    dscores = b.scale(dscaled, 1 / math.sqrt(q.shape[3]))
    dq = b.dot_general(dscores, k, ((3,), (1,)), WEIGHTS_HEADS)
    dk = b.dot_general(dscores, q, ((2,), (1,)), WEIGHTS_HEADS)
    return _merge(b, dq), _merge(b, dk), _merge(b, dv)


def _split(b: Builder, x: Value, heads: int) -> Value:
    """(B, N, D) -> (B, N, H, d)."""
    batch, count, dim = x.shape
    return b.reshape(x, (batch, count, heads, dim // heads))


def _merge(b: Builder, x: Value) -> Value:
    """(B, H, N, d) -> (B, N, D)."""
    batch, heads, count, dim = x.shape
    return b.reshape(b.transpose(x, (0, 2, 1, 3)), (batch, count, heads * dim))
