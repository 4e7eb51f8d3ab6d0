"""Wrong backward rules, and small nets that use them: what the oracle must refuse.

Each replaces the backward map of one operation, in the ways that hand-derived maps go wrong.
"""

from numerics.nets import graph
from numerics.stablehlo.rules import (
    attention,
    convolution,
    depthwise,
    gelu,
    hard_sigmoid,
    windows,
)
from numerics.stablehlo.rules.catalog import every_rule
from numerics.stablehlo.rules.loss import CROSS_ENTROPY

RULES = every_rule()
IMAGE = "input: {channels: 2, height: 6, width: 6}"
NETS = {
    "mlp": """
        - flatten
        - dense: {fan_in: 72, fan_out: 5, activation: relu}
        - dense: {fan_in: 5, fan_out: 5, activation: swish}
        - dense: {fan_in: 5, fan_out: 5, activation: gelu_tanh}
        - dense: {fan_in: 5, fan_out: 5}
        """,
    "conv": """
        - conv2d: {in_channels: 2, out_channels: 3, kernel: 3, activation: relu6}
        - convBn: {in_channels: 3, out_channels: 3, kernel: 3, stride: 2}
        - maxPool: {size: 2, stride: 1}
        - flatten
        - dense: {fan_in: 27, fan_out: 3}
        """,
    "residual": """
        - convBn: {in_channels: 2, out_channels: 3, kernel: 3}
        - residualBlock: {in_channels: 3, out_channels: 3, blocks: 1, first_stride: 1}
        - globalAvgPool
        - dense: {fan_in: 3, fan_out: 3}
        """,
    "mobile": """
        - convBn: {in_channels: 2, out_channels: 4, kernel: 3, activation: hard_swish}
        - mbConv: {in_channels: 4, out_channels: 4, expand: 2, kernel: 3, stride: 1, blocks: 1}
        - mbConvV3: {in_channels: 4, out_channels: 4, mid: 8, kernel: 3, stride: 1,
                     activation: relu}
        - globalAvgPool
        - dense: {fan_in: 4, fan_out: 3}
        """,
    "convnext": """
        - convNextStem: {in_channels: 2, out_channels: 4, patch: 2}
        - convNextStage: {channels: 4, blocks: 1}
        - globalAvgPool
        - featureNorm: {features: 4}
        - dense: {fan_in: 4, fan_out: 3}
        """,
    "transformer": """
        - patchEmbed: {in_channels: 2, dim: 4, patch: 3, patches: 4}
        - transformerEncoder: {dim: 4, heads: 2, mlp_dim: 6, blocks: 1}
        - dense: {fan_in: 4, fan_out: 3}
        """,
    # Kernels of even size, and strides beyond them.
    "even": """
        - conv2d: {in_channels: 2, out_channels: 4, kernel: 4, activation: hard_swish}
        - convBn: {in_channels: 4, out_channels: 4, kernel: 2, stride: 2, activation: gelu_tanh}
        - convBn: {in_channels: 4, out_channels: 5, kernel: 1, stride: 2, activation: identity}
        - flatten
        - dense: {fan_in: 20, fan_out: 4}
        """,
    # No padding, and windows that do not meet or that overlap.
    "valid": """
        - conv2d: {in_channels: 2, out_channels: 3, kernel: 2, padding: valid, activation: relu}
        - maxPool: {size: 2, stride: 1, padding: valid}
        - convBn: {in_channels: 3, out_channels: 3, kernel: 2, padding: valid, activation: swish}
        - maxPool: {size: 1, stride: 2, padding: valid}
        - flatten
        - dense: {fan_in: 12, fan_out: 4}
        """,
    # Batch norms over few numbers: ill-conditioned.
    "mix": """
        - mbConv: {in_channels: 2, out_channels: 4, expand: 1, kernel: 4, stride: 2, blocks: 2,
                   squeeze: input}
        - mbConvV3: {in_channels: 4, out_channels: 4, mid: 4, kernel: 2, stride: 1,
                     squeeze: input, activation: hard_swish}
        - fusedMbConv: {in_channels: 4, out_channels: 4, expand: 1, kernel: 3, stride: 1,
                        blocks: 1, squeeze: expanded}
        - uib: {in_channels: 4, out_channels: 6, expand: 3, stride: 2, pre_kernel: 0,
                post_kernel: 5}
        - globalAvgPool
        - dense: {fan_in: 6, fan_out: 5}
        """,
    # Patches that do not fill the image.
    "patches": """
        - convNextStem: {in_channels: 2, out_channels: 4, patch: 4}
        - convNextStage: {channels: 4, blocks: 2}
        - convNextDownsample: {in_channels: 4, out_channels: 6}
        - convNextStage: {channels: 6, blocks: 1}
        - globalAvgPool
        - featureNorm: {features: 6}
        - dense: {fan_in: 6, fan_out: 4}
        """,
}
# Of another size than `IMAGE`.
IMAGES = {
    "mix": "input: {channels: 2, height: 9, width: 7}",
    "patches": "input: {channels: 2, height: 11, width: 13}",
}


def correct(entry):
    return RULES[entry].backward


def changed(entry, position, change):
    """The correct rule with one of its cotangents changed."""

    def backward(b, op, saved, dy):
        given = list(correct(entry)(b, op, saved, dy))
        given[position] = change(b, given[position])
        return tuple(given)

    return backward


def negated(entry, position):
    return changed(entry, position, lambda b, x: b.negate(x))


def scaled(entry, position, factor):
    return changed(entry, position, lambda b, x: b.scale(x, factor))


def dense_untransposed(b, op, saved, dy):
    rows, weight, shape = saved
    dx, dweight, dbias = correct(graph.Dense)(b, op, saved, dy)
    if weight.shape[0] != weight.shape[1]:
        return dx, dweight, dbias
    return b.reshape(b.dot_general(dy, weight, ((1,), (0,))), shape), dweight, dbias


def dense_bias_of_first_example(b, op, saved, dy):
    dx, dweight, _ = correct(graph.Dense)(b, op, saved, dy)
    return dx, dweight, b.reshape(b.slice(dy, (0, 0), (1, dy.shape[1])), (dy.shape[1],))


def relu_passes_all(b, op, x, dy):
    return (dy,)


def relu_by_cotangent_sign(b, op, x, dy):
    return (b.maximum(dy, b.zeros_like(dy)),)


def conv_kernel_not_reversed(b, op, saved, dy):
    x, weight = saved
    given = correct(graph.Conv)(b, op, saved, dy)
    turned = b.reverse(weight, (2, 3))
    return convolution.input_gradient(b, op, x, turned, dy), *given[1:]


def conv_channels_not_swapped(b, op, saved, dy):
    x, weight = saved
    given = correct(graph.Conv)(b, op, saved, dy)
    if op.groups != 1 or weight.shape[0] != weight.shape[1]:
        return given
    wrong = b.transpose(weight, (1, 0, 2, 3))
    return convolution.input_gradient(b, op, x, wrong, dy), *given[1:]


def conv_kernel_gradient_shifted(b, op, saved, dy):
    given = correct(graph.Conv)(b, op, saved, dy)
    weight = given[1]
    height, width = weight.shape[2:]
    if width < 2:
        return given
    left = b.slice(weight, (0, 0, 0, 1), weight.shape)
    right = b.slice(weight, (0, 0, 0, 0), (*weight.shape[:2], height, 1))
    return given[0], b.concatenate([left, right], 3), *given[2:]


def depthwise_kernel_not_reversed(b, op, saved, dy):
    x, weight = saved
    given = correct(graph.Conv)(b, op, saved, dy)
    if op.groups == 1 or op.stride != 1:
        return given
    return depthwise.correlate(b, dy, weight, op.padding), *given[1:]


def batch_norm_parts(b, op, saved, dy, mean=True, mean_x=True, gamma=True, axes=(0, 2, 3)):
    xhat, istd, scale = saved
    _, dgamma, dbeta = correct(graph.BatchNorm)(b, op, saved, dy)
    kept = tuple(a for a in range(4) if a not in axes)
    count = 1
    for axis in axes:
        count *= dy.shape[axis]

    def spread(x):
        return b.broadcast(b.scale(b.reduce_sum(x, axes), 1 / count), dy.shape, kept)

    inner = dy
    if mean:
        inner = b.subtract(inner, spread(dy))
    if mean_x:
        inner = b.subtract(inner, b.multiply(xhat, spread(b.multiply(dy, xhat))))
    factor = b.multiply(scale, istd) if gamma else istd
    return b.multiply(inner, b.broadcast(factor, dy.shape, (1,))), dgamma, dbeta


def layer_norm_without_gamma(b, op, saved, dy):
    xhat, istd, gamma = saved
    ones = b.constant(1.0, gamma.shape)
    dx, _, _ = correct(graph.LayerNorm)(b, op, (xhat, istd, ones), dy)
    return dx, *correct(graph.LayerNorm)(b, op, saved, dy)[1:]


def layer_norm_mean_dropped(b, op, saved, dy):
    xhat, istd, gamma = saved
    kept = tuple(a for a in range(dy.rank) if a != op.axis)
    direct = b.multiply(dy, b.broadcast(gamma, dy.shape, (op.axis,)))
    dx = b.multiply(direct, b.broadcast(istd, dy.shape, kept))
    return dx, *correct(graph.LayerNorm)(b, op, saved, dy)[1:]


def pool_to_every_window_entry(b, op, saved, dy):
    seen, y, shape = saved
    parts = [
        windows.place(b, dy, divmod(i, op.size), op.stride, op.padding, shape)
        for i in range(len(seen))
    ]
    total = parts[0]
    for part in parts[1:]:
        total = b.add(total, part)
    return (total,)


def pool_transposed_offset(b, op, saved, dy):
    seen, y, shape = saved
    total = b.constant(0.0, shape)
    for i, view in enumerate(seen):
        routed = b.select(b.compare("EQ", view, y), dy, b.zeros_like(dy))
        offset = divmod(i, op.size)[::-1]
        total = b.add(total, windows.place(b, routed, offset, op.stride, op.padding, shape))
    return (total,)


def swish_second_term_dropped(b, op, saved, dy):
    _, gate = saved
    return (b.multiply(dy, gate),)


def gelu_cubic_dropped(b, op, saved, dy):
    x, square, bent = saved
    return gelu.gelu_backward(b, op, (x, b.zeros_like(square), bent), dy)


def hard_swish_bend_dropped(b, op, x, dy):
    return (b.multiply(dy, hard_sigmoid.hard_sigmoid(b, op, x)[0]),)


def attention_value_untransposed(b, op, saved, dy):
    q, k, v, weights = saved
    turned = b.transpose(weights, (0, 1, 3, 2))
    dq, dk, _ = attention.attention_backward(b, op, saved, dy)
    _, _, dv = attention.attention_backward(b, op, (q, k, v, turned), dy)
    return dq, dk, dv


def attention_query_and_key_exchanged(b, op, saved, dy):
    dq, dk, dv = attention.attention_backward(b, op, saved, dy)
    return dk, dq, dv


def attention_softmax_term_dropped(b, op, saved, dy):
    q, k, v, weights = saved
    _, _, dv = correct(graph.Attention)(b, op, saved, dy)
    dout = b.reshape(dy, q.shape)
    dweights = b.dot_general(dout, v, ((3,), (3,)), attention.HEADS)
    dscores = b.scale(b.multiply(weights, dweights), q.shape[3] ** -0.5)
    dq = b.dot_general(dscores, k, ((3,), (1,)), attention.WEIGHTS_HEADS)
    dk = b.dot_general(dscores, q, ((2,), (1,)), attention.WEIGHTS_HEADS)
    dq, dk = (b.reshape(b.transpose(x, (0, 2, 1, 3)), dy.shape) for x in (dq, dk))
    return dq, dk, dv


def token_of_first_example(b, op, saved, dy):
    dx, _ = correct(graph.PrependToken)(b, op, saved, dy)
    row = b.slice(dy, (0, 0, 0), (1, 1, dy.shape[2]))
    return dx, b.reshape(row, (dy.shape[2],))


def tokens_not_transposed(b, op, shape, dy):
    return (b.reshape(dy, shape),)


def token_row_displaced(b, op, shape, dy):
    batch, count, dim = shape
    row = b.reshape(dy, (batch, 1, dim))
    return (b.pad(row, 0.0, (0, op.index + 1, 0), (0, count - op.index - 2, 0)),)


def loss_without_one_hot(b, op, saved, dy):
    logits, one_hot = saved
    return correct(CROSS_ENTROPY)(b, op, (logits, b.zeros_like(one_hot)), dy)


# What is wrong: the operation, a net that uses it, the wrong backward map.
MUTANTS = {
    "dense: sign of the weight gradient": (graph.Dense, "mlp", negated(graph.Dense, 1)),
    "dense: weight not transposed": (graph.Dense, "mlp", dense_untransposed),
    "dense: bias of one example": (graph.Dense, "mlp", dense_bias_of_first_example),
    "dense: weight gradient off by 1 in 10000": (
        graph.Dense,
        "mlp",
        scaled(graph.Dense, 1, 1.0001),
    ),
    "relu: no mask": ("relu", "mlp", relu_passes_all),
    "relu: mask by the cotangent": ("relu", "mlp", relu_by_cotangent_sign),
    "relu6: no mask": ("relu6", "conv", relu_passes_all),
    "swish: a term dropped": ("swish", "mlp", swish_second_term_dropped),
    "gelu: cubic term dropped": ("gelu_tanh", "mlp", gelu_cubic_dropped),
    "sigmoid: sign": ("sigmoid", "mobile", negated("sigmoid", 0)),
    "hard sigmoid: slope": ("hard_sigmoid", "mobile", scaled("hard_sigmoid", 0, 6.0)),
    "hard swish: a term dropped": ("hard_swish", "mobile", hard_swish_bend_dropped),
    "flatten: sign": (graph.Flatten, "conv", negated(graph.Flatten, 0)),
    "conv: kernel not reversed": (graph.Conv, "conv", conv_kernel_not_reversed),
    "conv: channels not swapped": (graph.Conv, "conv", conv_channels_not_swapped),
    "conv: kernel gradient shifted": (graph.Conv, "conv", conv_kernel_gradient_shifted),
    "conv: bias gradient": (graph.Conv, "convnext", scaled(graph.Conv, 2, 0.5)),
    "depthwise: kernel not reversed": (graph.Conv, "mobile", depthwise_kernel_not_reversed),
    "batch norm: mean dropped": (
        graph.BatchNorm,
        "residual",
        lambda *given: batch_norm_parts(*given, mean=False),
    ),
    "batch norm: second mean dropped": (
        graph.BatchNorm,
        "residual",
        lambda *given: batch_norm_parts(*given, mean_x=False),
    ),
    "batch norm: gamma forgotten": (
        graph.BatchNorm,
        "residual",
        lambda *given: batch_norm_parts(*given, gamma=False),
    ),
    "batch norm: means over each example": (
        graph.BatchNorm,
        "residual",
        lambda *given: batch_norm_parts(*given, axes=(2, 3)),
    ),
    "batch norm: gamma and beta exchanged": (
        graph.BatchNorm,
        "residual",
        lambda *given: (lambda dx, dgamma, dbeta: (dx, dbeta, dgamma))(
            *correct(graph.BatchNorm)(*given)
        ),
    ),
    "layer norm: gamma forgotten": (graph.LayerNorm, "convnext", layer_norm_without_gamma),
    "layer norm: means dropped": (graph.LayerNorm, "transformer", layer_norm_mean_dropped),
    "max pool: to every entry": (graph.MaxPool, "conv", pool_to_every_window_entry),
    "max pool: rows and columns exchanged": (graph.MaxPool, "conv", pool_transposed_offset),
    "mean: not divided": (graph.GlobalAvgPool, "residual", scaled(graph.GlobalAvgPool, 0, 36.0)),
    "add: one summand forgotten": (graph.Add, "residual", scaled(graph.Add, 1, 0.0)),
    "gate: sign": (graph.ScaleChannels, "mobile", negated(graph.ScaleChannels, 1)),
    "layer scale: sign": (graph.LayerScale, "convnext", negated(graph.LayerScale, 1)),
    "attention: V by weights untransposed": (
        graph.Attention,
        "transformer",
        attention_value_untransposed,
    ),
    "attention: softmax's second term dropped": (
        graph.Attention,
        "transformer",
        attention_softmax_term_dropped,
    ),
    "attention: Q and K exchanged": (
        graph.Attention,
        "transformer",
        attention_query_and_key_exchanged,
    ),
    "attention: Q not scaled": (graph.Attention, "transformer", scaled(graph.Attention, 0, 2**0.5)),
    "token: of one example": (graph.PrependToken, "transformer", token_of_first_example),
    "positions: sign": (graph.AddPositions, "transformer", negated(graph.AddPositions, 1)),
    "tokens: not transposed": (graph.ImageToTokens, "transformer", tokens_not_transposed),
    "select: another row": (graph.SelectToken, "transformer", token_row_displaced),
    "loss: label forgotten": (CROSS_ENTROPY, "mlp", loss_without_one_hot),
    "loss: not divided by the batch": (CROSS_ENTROPY, "mlp", scaled(CROSS_ENTROPY, 0, 4.0)),
}
