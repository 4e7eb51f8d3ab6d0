"""Multi-head self-attention with its projections, and the whole pre-norm transformer block.

h = x + MHSA(LN1 x); out = h + MLP(LN2 h), MLP = dense, GELU, dense; x (n, d).
Mathematics: Vaswani et al. (2017), section 3; pre-norm order as in Xiong et al., "On layer
normalization in the transformer architecture" (2020).
"""

from __future__ import annotations

from numerics.gradients.check import Avoid, Check, normal
from numerics.gradients.checks.activations import gelu, gelu_vjp
from numerics.gradients.checks.attention import heads_attention, heads_attention_vjp
from numerics.gradients.checks.dense import dense
from numerics.gradients.checks.normalization import center, layer_norm, layer_norm_vjp
from numerics.gradients.checks.tolerances import SMOOTH


def rows_dense_vjp(x, weight, dy):
    """Dense on every row of x: dx = dy W^T, dW = x^T dy, db = the sum of dy's rows."""
    return dy @ weight.T, x.T @ dy, dy.sum(axis=0)


def self_attention(x, wq, bq, wk, bk, wv, bv, wo, bo):
    """x (n, d), weights (d, d), biases (d): project, attend in two heads, project."""
    mixed = heads_attention(dense(x, wq, bq), dense(x, wk, bk), dense(x, wv, bv))
    return dense(mixed, wo, bo)


def self_attention_vjp(x, wq, bq, wk, bk, wv, bv, wo, bo, dy):
    """x feeds three projections: its three cotangents add up."""
    query, key, value = dense(x, wq, bq), dense(x, wk, bk), dense(x, wv, bv)
    dmixed, dwo, dbo = rows_dense_vjp(heads_attention(query, key, value), wo, dy)
    dquery, dkey, dvalue = heads_attention_vjp(query, key, value, dmixed)
    dx_query, dwq, dbq = rows_dense_vjp(x, wq, dquery)
    dx_key, dwk, dbk = rows_dense_vjp(x, wk, dkey)
    dx_value, dwv, dbv = rows_dense_vjp(x, wv, dvalue)
    return dx_query + dx_key + dx_value, dwq, dbq, dwk, dbk, dwv, dbv, dwo, dbo


def feed_forward(x, w1, b1, w2, b2):
    """Dense, GELU, dense on every row."""
    return dense(gelu(dense(x, w1, b1)), w2, b2)


def feed_forward_vjp(x, w1, b1, w2, b2, dy):
    """The three maps, backwards."""
    inner = dense(x, w1, b1)
    dhidden, dw2, db2 = rows_dense_vjp(gelu(inner), w2, dy)
    dx, dw1, db1 = rows_dense_vjp(x, w1, gelu_vjp(inner, dhidden))
    return dx, dw1, db1, dw2, db2


def transformer_block(x, g1, c1, wq, bq, wk, bk, wv, bv, wo, bo, g2, c2, w1, b1, w2, b2):
    """g1, c1 and g2, c2 are the gammas and betas of the two layer norms."""
    h = x + self_attention(layer_norm(x, g1, c1), wq, bq, wk, bk, wv, bv, wo, bo)
    return h + feed_forward(layer_norm(h, g2, c2), w1, b1, w2, b2)


def transformer_block_vjp(x, g1, c1, wq, bq, wk, bk, wv, bv, wo, bo, g2, c2, w1, b1, w2, b2, dy):
    """Gradients of x and of all sixteen parameters, in the order of the arguments."""
    projections = (wq, bq, wk, bk, wv, bv, wo, bo)
    x_normed = layer_norm(x, g1, c1)
    h = x + self_attention(x_normed, *projections)
    dh_normed, *dmlp = feed_forward_vjp(layer_norm(h, g2, c2), w1, b1, w2, b2, dy)
    dh_branch, dg2, dc2 = layer_norm_vjp(h, g2, c2, dh_normed)
    dh = dy + dh_branch
    dx_normed, *dprojections = self_attention_vjp(x_normed, *projections, dh)
    dx_branch, dg1, dc1 = layer_norm_vjp(x, g1, c1, dx_normed)
    return (dh + dx_branch, dg1, dc1, *dprojections, dg2, dc2, *dmlp)


TOKENS, WIDTH, HIDDEN = 3, 4, 6
FLAT = {"k": "a bias on the keys adds one number to a row of scores, which softmax ignores"}
PROJECTIONS = tuple(
    item
    for letter in "qkvo"
    for item in (
        normal(f"w{letter}", (WIDTH, WIDTH), scale=0.5),
        normal(f"b{letter}", (WIDTH,), scale=0.5, flat=FLAT.get(letter, "")),
    )
)


def _variances(x, *parameters):
    h = x + self_attention(layer_norm(x, *parameters[:2]), *parameters[2:10])
    return [(center(tokens, -1) ** 2).mean(axis=-1) for tokens in (x, h)]


def _norm(index):
    return (
        normal(f"gamma{index}", (WIDTH,), mean=1.0, scale=0.3),
        normal(f"beta{index}", (WIDTH,), scale=0.3),
    )


CHECKS = (
    Check(
        name="self_attention",
        function=self_attention,
        vjp=self_attention_vjp,
        inputs=(normal("x", (TOKENS, WIDTH)), *PROJECTIONS),
        tolerance=SMOOTH,
        analytic=True,
        no_theorem_reason="the library has no attention yet",
    ),
    Check(
        name="transformer_block",
        function=transformer_block,
        vjp=transformer_block_vjp,
        inputs=(
            normal("x", (TOKENS, WIDTH)),
            *_norm(1),
            *PROJECTIONS,
            *_norm(2),
            normal("w1", (WIDTH, HIDDEN), scale=0.5),
            normal("b1", (HIDDEN,), scale=0.5),
            normal("w2", (HIDDEN, WIDTH), scale=0.5),
            normal("b2", (WIDTH,), scale=0.5),
        ),
        tolerance=SMOOTH,
        analytic=True,
        avoid=Avoid(
            _variances,
            0.3,
            "token variances below 0.3 before either layer norm, where third derivatives grow",
        ),
        no_theorem_reason="the library has no attention yet",
    ),
)
