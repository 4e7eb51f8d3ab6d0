"""Scaled dot-product attention: single head, causal, and several heads side by side.

Q, K (n, d) and V (n, v): weights P = softmax over each row of Q K^T / sqrt(d), output P V.
Mathematics: Vaswani et al., "Attention is all you need" (2017), sections 3.2.1 to 3.2.3.
"""

from __future__ import annotations

import numpy as np

from numerics.gradients.check import Check, normal
from numerics.gradients.checks.softmax import softmax, softmax_vjp
from numerics.gradients.checks.tolerances import AFFINE, SMOOTH


def attention_weights(query, key, causal=False):
    """P (n, n): each row sums to one. Causal: token i attends to tokens 0, ..., i only."""
    scores = query @ key.T / np.sqrt(query.shape[1])
    if causal:
        # Not -inf: a complex step would turn it into a NaN. exp(-1e9) is 0 all the same.
        future = np.arange(len(key))[None, :] > np.arange(len(query))[:, None]
        scores = np.where(future, -1e9, scores)
    return softmax(scores)


def attention(query, key, value):
    """P V."""
    return attention_weights(query, key) @ value


def causal_attention(query, key, value):
    """P V with causal weights."""
    return attention_weights(query, key, causal=True) @ value


def score_cotangent(weights, query, value, dout):
    """dS = P (dP - <P, dP>) / sqrt(d) row by row, with dP = dout V^T."""
    return softmax_vjp(weights, dout @ value.T) / np.sqrt(query.shape[1])


def attention_query_vjp(query, key, value, dout):
    """dQ = dS K."""
    return score_cotangent(attention_weights(query, key), query, value, dout) @ key


def attention_key_vjp(query, key, value, dout):
    """dK = dS^T Q."""
    return score_cotangent(attention_weights(query, key), query, value, dout).T @ query


def attention_value_vjp(query, key, value, dout):
    """dV = P^T dout."""
    return attention_weights(query, key).T @ dout


def causal_attention_vjp(query, key, value, dout):
    """As without the mask: the weights of masked scores are zero, and so are their cotangents."""
    weights = attention_weights(query, key, causal=True)
    dscores = score_cotangent(weights, query, value, dout)
    return dscores @ key, dscores.T @ query, weights.T @ dout


def head_columns(width, heads):
    """The column slice of each head in a matrix whose rows have this width."""
    each = width // heads
    return [slice(head * each, (head + 1) * each) for head in range(heads)]


def heads_attention(query, key, value, heads=2):
    """Attention on each column slab of (n, heads d), results side by side. No projections."""
    slabs = head_columns(query.shape[1], heads)
    return np.hstack([attention(query[:, s], key[:, s], value[:, s]) for s in slabs])


def heads_attention_vjp(query, key, value, dout, heads=2):
    """Each head's products, in that head's own columns."""
    dquery, dkey, dvalue = np.empty(query.shape), np.empty(key.shape), np.empty(value.shape)
    for s in head_columns(query.shape[1], heads):
        slab = query[:, s], key[:, s], value[:, s], dout[:, s]
        dquery[:, s] = attention_query_vjp(*slab)
        dkey[:, s] = attention_key_vjp(*slab)
        dvalue[:, s] = attention_value_vjp(*slab)
    return dquery, dkey, dvalue


def _inputs(differentiated):
    return tuple(
        normal(name, (4, 3), differentiate=name == differentiated)
        for name in ("query", "key", "value")
    )


CHECKS = (
    Check(
        name="attention_query",
        function=attention,
        vjp=attention_query_vjp,
        inputs=_inputs("query"),
        tolerance=SMOOTH,
        analytic=True,
        no_theorem_reason="the library has no attention yet",
    ),
    Check(
        name="attention_key",
        function=attention,
        vjp=attention_key_vjp,
        inputs=_inputs("key"),
        tolerance=SMOOTH,
        analytic=True,
        no_theorem_reason="the library has no attention yet",
    ),
    Check(
        name="attention_value",
        function=attention,
        vjp=attention_value_vjp,
        inputs=_inputs("value"),
        tolerance=AFFINE,
        analytic=True,
        no_theorem_reason="the library has no attention yet",
    ),
    Check(
        name="causal_attention",
        function=causal_attention,
        vjp=causal_attention_vjp,
        # A value width of its own: the scale is that of the queries and keys.
        inputs=(normal("query", (4, 3)), normal("key", (4, 3)), normal("value", (4, 2))),
        tolerance=SMOOTH,
        analytic=True,
        no_theorem_reason="the library has no attention yet",
    ),
    Check(
        name="multi_head_attention",
        function=heads_attention,
        vjp=heads_attention_vjp,
        inputs=tuple(normal(name, (4, 6)) for name in ("query", "key", "value")),
        tolerance=SMOOTH,
        analytic=True,
        no_theorem_reason="the library has no attention yet",
    ),
)
