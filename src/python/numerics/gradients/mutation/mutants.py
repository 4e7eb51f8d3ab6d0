"""The mutants that `mutation_test` runs: for each module of checks, text that breaks a formula."""

import types
from dataclasses import dataclass

from numerics.gradients.checks import (
    activations,
    attention,
    conv,
    conv_blocks,
    dense,
    depthwise,
    embedding,
    mlp,
    normalization,
    pooling,
    softmax,
    squeeze_excite,
    structure,
    transformer,
    upsample,
)


@dataclass(frozen=True)
class Mutant:
    """`shipped` occurs exactly once in the module; `broken` takes its place."""

    module: types.ModuleType
    check: str
    kind: str
    shipped: str
    broken: str


SIGN = "sign"
TRANSPOSED = "transposed contraction"
DROPPED_TERM = "dropped term"
DROPPED_FACTOR = "dropped factor"
WRONG_AXIS = "wrong axis"
WRONG_INDEX = "wrong index"
WRONG_CONSTANT = "wrong constant"
WRONG_VALUE = "wrong saved value"
WRONG_BRANCH = "wrong branch"
OTHER_FUNCTION = "derivative of another function"

ERF_GELU_SLOPE = (
    "dy * (0.5 * (1 + np.vectorize(__import__('math').erf)(x / np.sqrt(2)))"
    " + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))"
)

TABLE = {
    dense: (
        ("dense_input", SIGN, "return weight @ dy", "return -weight @ dy"),
        (
            "dense_input",
            WRONG_INDEX,
            "return weight @ dy",
            "return np.roll(weight, 1, axis=0) @ dy",
        ),
        ("dense_weight", DROPPED_FACTOR, "np.outer(x, dy)", "np.outer(x / x, dy)"),
        ("dense_bias", WRONG_INDEX, "return dy\n", "return dy[::-1]\n"),
        ("matmul", SIGN, "dc @ b.T, a.T @ dc", "dc @ b.T, -a.T @ dc"),
    ),
    activations: (
        ("relu", WRONG_BRANCH, "np.where(x > 0, 1.0, 0.0)", "np.where(x > 0, 1.0, 0.1)"),
        ("relu6", DROPPED_TERM, "(x > 0) & (x < 6)", "(x > 0)"),
        ("sigmoid", SIGN, "return dy * s * (1 - s)", "return dy * s * (1 + s)"),
        ("tanh", DROPPED_FACTOR, "1 - np.tanh(x) ** 2", "1 - np.tanh(x)"),
        ("swish", DROPPED_TERM, "dy * (s + x * s * (1 - s))", "dy * s"),
        ("gelu_tanh", WRONG_CONSTANT, "1 + 3 * GELU_CUBIC", "1 + 2 * GELU_CUBIC"),
        (
            "gelu_tanh",
            OTHER_FUNCTION,
            "dy * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope)",
            ERF_GELU_SLOPE,
        ),
        ("hard_sigmoid", WRONG_CONSTANT, "< 3, dy / 6", "< 3, dy / 3"),
        ("hard_swish", WRONG_CONSTANT, "(2 * x + 3) / 6", "(x + 3) / 6"),
    ),
    softmax: (
        ("softmax", DROPPED_TERM, "np.diag(p) - np.outer(p, p)", "np.diag(p)"),
        ("softmax_rows", SIGN, "p * (dy - inner)", "p * (dy + inner)"),
        ("softmax_rows", WRONG_AXIS, "(p * dy).sum(axis=-1", "(p * dy).sum(axis=0"),
        (
            "softmax_cross_entropy",
            WRONG_INDEX,
            "np.arange(z.size) == label",
            "np.arange(z.size) == label - 1",
        ),
        ("per_pixel_softmax_cross_entropy", DROPPED_FACTOR, " / labels.size", " / len(z)"),
        (
            "per_pixel_softmax_cross_entropy",
            WRONG_AXIS,
            "softmax(z, axis=1) - onehot",
            "softmax(z) - onehot",
        ),
    ),
    mlp: (
        ("mlp", WRONG_BRANCH, "relu_vjp(first, w2 @ d_second)", "relu_vjp(-first, w2 @ d_second)"),
        ("mlp", DROPPED_FACTOR, "relu_vjp(second, w3 @ d_logits)", "w3 @ d_logits"),
        ("mlp", WRONG_VALUE, "np.outer(hidden1, d_second)", "np.outer(first, d_second)"),
    ),
    conv: (
        ("conv2d_input", WRONG_INDEX, "weight[:, :, ::-1, ::-1]", "weight"),
        ("conv2d_weight", WRONG_AXIS, "dy, window(padded, a, b,", "dy, window(padded, b, a,"),
        ("conv2d_bias", DROPPED_FACTOR, "dy.sum(axis=(1, 2))", "dy.mean(axis=(1, 2))"),
        (
            "conv2d_stride2_even",
            WRONG_INDEX,
            "spread(dy, x.shape[-2:], (0, 0))",
            "spread(dy, x.shape[-2:], (1, 1))",
        ),
        (
            "conv2d_stride2_xla",
            WRONG_INDEX,
            "spread(dy, x.shape[-2:], phase)",
            "spread(dy, x.shape[-2:], (0, 0))",
        ),
    ),
    depthwise: (
        ("depthwise_input", WRONG_INDEX, "weight[:, ::-1, ::-1]", "weight"),
        (
            "depthwise_weight",
            WRONG_INDEX,
            "dy * window(padded, a, b,",
            "dy * window(padded, kernel - 1 - a, kernel - 1 - b,",
        ),
        ("depthwise_bias", SIGN, "return dy.sum(", "return -dy.sum("),
        (
            "depthwise_stride2_even",
            WRONG_INDEX,
            "spread(dy, x.shape[-2:], (0, 0))",
            "spread(dy, x.shape[-2:], (0, 1))",
        ),
        (
            "depthwise_stride2_xla",
            WRONG_INDEX,
            "spread(dy, x.shape[-2:], phase)",
            "spread(dy, x.shape[-2:], (0, 0))",
        ),
    ),
    pooling: (
        ("max_pool_2x2", OTHER_FUNCTION, "np.where(values == max_pool(x), dy, 0.0)", "dy / 4"),
        (
            "max_pool_2x2",
            WRONG_BRANCH,
            "values == max_pool(x), dy, 0.0",
            "values == max_pool(x), 0.0, dy",
        ),
        ("global_average_pool", DROPPED_FACTOR, "/ (rows * columns)", "/ rows"),
    ),
    normalization: (
        ("batch_norm_center", DROPPED_TERM, "np.eye(x.size) - 1 / x.size", "np.eye(x.size)"),
        ("batch_norm_inverse_std", WRONG_CONSTANT, "** 3) * center", "** 2) * center"),
        (
            "batch_norm_normalize",
            DROPPED_TERM,
            "- 1 - np.outer(xhat, xhat)",
            "- np.outer(xhat, xhat)",
        ),
        (
            "batch_norm_affine",
            DROPPED_FACTOR,
            "return gamma * np.eye(x.size)",
            "return np.eye(x.size)",
        ),
        (
            "batch_norm",
            DROPPED_FACTOR,
            "normalize_vjp(x, 0, gamma * dy)",
            "normalize_vjp(x, 0, dy)",
        ),
        (
            "batch_norm",
            DROPPED_TERM,
            "(dxhat - mean_slope - xhat * mean_projection)",
            "(dxhat - mean_slope)",
        ),
        ("batch_norm", WRONG_VALUE, "np.sum(dy * xhat), np.sum(dy)", "np.sum(dy * x), np.sum(dy)"),
        (
            "batch_norm_per_channel",
            WRONG_AXIS,
            "normalize_vjp(x, (0, 2, 3),",
            "normalize_vjp(x, (2, 3),",
        ),
        (
            "batch_norm_per_channel",
            WRONG_VALUE,
            "(dy * xhat).sum(axis=(0, 2, 3))",
            "(dy * x).sum(axis=(0, 2, 3))",
        ),
        (
            "layer_norm",
            WRONG_AXIS,
            "normalize_vjp(x, -1, gamma * dy)",
            "normalize_vjp(x, 0, gamma * dy)",
        ),
        (
            "layer_norm",
            DROPPED_FACTOR,
            "(dy * xhat).sum(axis=0), dy.sum(axis=0)",
            "(dy * xhat).sum(axis=0), dy.mean(axis=0)",
        ),
    ),
    attention: (
        (
            "attention_query",
            DROPPED_FACTOR,
            "softmax_vjp(weights, dout @ value.T) / np.sqrt(query.shape[1])",
            "softmax_vjp(weights, dout @ value.T)",
        ),
        (
            "attention_key",
            TRANSPOSED,
            "score_cotangent(attention_weights(query, key), query, value, dout).T @ query",
            "score_cotangent(attention_weights(query, key), query, value, dout) @ query",
        ),
        (
            "attention_value",
            TRANSPOSED,
            "attention_weights(query, key).T @ dout",
            "attention_weights(query, key) @ dout",
        ),
        (
            "causal_attention",
            WRONG_CONSTANT,
            "dout @ value.T) / np.sqrt(query.shape[1])",
            "dout @ value.T) / np.sqrt(value.shape[1])",
        ),
        (
            "causal_attention",
            WRONG_VALUE,
            "weights = attention_weights(query, key, causal=True)",
            "weights = attention_weights(query, key)",
        ),
        (
            "multi_head_attention",
            WRONG_INDEX,
            "slab = query[:, s], key[:, s]",
            "slab = query[:, s], key[:, :3]",
        ),
    ),
    embedding: (
        (
            "embedding_gather",
            DROPPED_TERM,
            "np.add.at(dtable, indices, dy)",
            "dtable[indices] = dy",
        ),
        ("patch_embed", WRONG_INDEX, "dy[0],", "dy[1],"),
        (
            "patch_embed",
            WRONG_AXIS,
            "split.transpose(2, 0, 3, 1, 4)",
            "split.transpose(2, 1, 3, 0, 4)",
        ),
    ),
    upsample: (
        (
            "bilinear_upsample",
            WRONG_INDEX,
            "np.add.at(dx, (..., after), weight * dy)",
            "np.add.at(dx, (..., before), weight * dy)",
        ),
        (
            "bilinear_upsample_edge_clamp",
            DROPPED_TERM,
            "np.add.at(dx, (..., before), (1 - weight) * dy)",
            "dx[..., before] += (1 - weight) * dy",
        ),
    ),
    structure: (
        ("identity", SIGN, "return np.eye(x.size)", "return -np.eye(x.size)"),
        (
            "channel_concat",
            WRONG_INDEX,
            "dy[:, :channels], dy[:, channels:]",
            "dy[:, -channels:], dy[:, :-channels]",
        ),
        ("residual", DROPPED_TERM, "return dy + scale * inner", "return scale * inner"),
        ("layer_scale", DROPPED_FACTOR, "(x * dy).sum(axis=0)", "dy.sum(axis=0)"),
        ("unet_skip", DROPPED_TERM, "return dskip + max_pool_vjp(", "return max_pool_vjp("),
    ),
    squeeze_excite: (
        (
            "squeeze_excite",
            DROPPED_TERM,
            "[:, None, None] * dy + through_gate",
            "[:, None, None] * dy",
        ),
        (
            "squeeze_excite",
            DROPPED_FACTOR,
            "(x * dy).sum(axis=(1, 2))",
            "(x * dy).mean(axis=(1, 2))",
        ),
    ),
    transformer: (
        ("self_attention", TRANSPOSED, "dy @ weight.T, x.T @ dy", "dy @ weight, x.T @ dy"),
        (
            "self_attention",
            DROPPED_TERM,
            "return dx_query + dx_key + dx_value",
            "return dx_query + dx_value",
        ),
        ("transformer_block", DROPPED_TERM, "dh = dy + dh_branch", "dh = dh_branch"),
        (
            "transformer_block",
            WRONG_VALUE,
            "layer_norm_vjp(h, g2, c2, dh_normed)",
            "layer_norm_vjp(x, g2, c2, dh_normed)",
        ),
        (
            "transformer_block",
            WRONG_VALUE,
            "gelu_vjp(inner, dhidden)",
            "gelu_vjp(dense(inner, w2, b2) @ w1, dhidden)",
        ),
    ),
    conv_blocks: (
        ("residual_block", DROPPED_TERM, "return dx + dtotal, dw1", "return dx, dw1"),
        ("residual_block", WRONG_VALUE, "return dx + dtotal, dw1", "return dx + dy, dw1"),
        (
            "mbconv_block",
            DROPPED_FACTOR,
            "norm_vjp(mixed, gd, swish_vjp(mixed_normed, dactive))",
            "norm_vjp(mixed, gd, dactive)",
        ),
    ),
}

MUTANTS = tuple(Mutant(module, *row) for module, rows in TABLE.items() for row in rows)
