"""Each primitive against loops in float64, and the derivative at each kink."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from numerics.autodiff import ops
from numerics.autodiff.forward import call
from numerics.nets import graph
from numerics.nets.builder import same_pads
from numerics.nets.graph import Node

RNG = np.random.default_rng(2026)


def draw(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def close(found: jax.Array, expected: np.ndarray) -> None:
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(np.asarray(found), expected, rtol=2e-5, atol=2e-5)


def windows(x: np.ndarray, pads, size: int, stride: int, fill: float):
    """Yields (row, column, window) over the padded images."""
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), *pads), constant_values=fill)
    for i in range((x.shape[2] - size) // stride + 1):
        for j in range((x.shape[3] - size) // stride + 1):
            top, left = i * stride, j * stride
            yield i, j, x[:, :, top : top + size, left : left + size]


@pytest.mark.parametrize(
    ("groups", "stride", "pads", "bias"),
    [
        (1, 1, ((1, 1), (1, 1)), True),
        (1, 2, ((0, 1), (1, 1)), False),
        (2, 1, ((0, 0), (0, 0)), True),
        (4, 2, ((1, 1), (0, 1)), False),
    ],
)
def test_conv(groups: int, stride: int, pads, bias: bool) -> None:
    x, weight = draw(2, 4, 6, 5), draw(8, 4 // groups, 3, 3)
    shift = draw(8) if bias else None
    found = ops.conv(x, weight, shift, stride=stride, padding=pads, groups=groups)
    expected = np.zeros(found.shape)
    per_in, per_out = 4 // groups, 8 // groups
    for i, j, window in windows(x, pads, 3, stride, 0.0):
        for o in range(8):
            begin = o // per_out * per_in
            product = window[:, begin : begin + per_in] * weight[o].astype(np.float64)
            expected[:, o, i, j] = product.sum((1, 2, 3)) + (shift[o] if bias else 0.0)
    close(found, expected)


@pytest.mark.parametrize(
    ("size", "kernel", "stride"), [(28, 3, 1), (9, 2, 2), (8, 3, 2), (7, 5, 3)]
)
def test_same_padding_is_xlas(size: int, kernel: int, stride: int) -> None:
    assert list(lax.padtype_to_pads((size,), (kernel,), (stride,), "SAME")) == [
        same_pads(size, kernel, stride)
    ]


def test_batch_norm() -> None:
    x, gamma, beta = draw(3, 2, 4, 5) * 3 + 1, draw(2), draw(2)
    found = ops.batch_norm(x, gamma, beta, epsilon=0.5)
    expected = np.zeros(x.shape)
    for c in range(2):
        values = x[:, c].astype(np.float64)
        expected[:, c] = (values - values.mean()) / np.sqrt(values.var() + 0.5) * gamma[c] + beta[c]
    close(found, expected)


@pytest.mark.parametrize(("shape", "axis"), [((2, 3, 4, 5), 1), ((2, 4, 3), 2), ((2, 3), 1)])
def test_layer_norm(shape: tuple[int, ...], axis: int) -> None:
    x, gamma, beta = draw(*shape) * 3 + 1, draw(3), draw(3)
    found = ops.layer_norm(x, gamma, beta, axis=axis, epsilon=0.5)
    rows = np.moveaxis(x.astype(np.float64), axis, -1)
    expected = (rows - rows.mean(-1, keepdims=True)) / np.sqrt(rows.var(-1, keepdims=True) + 0.5)
    close(found, np.moveaxis(expected * gamma + beta, -1, axis))


@pytest.mark.parametrize("lead", [(2,), (2, 5)])
def test_dense(lead: tuple[int, ...]) -> None:
    x, weight, bias = draw(*lead, 4), draw(4, 3), draw(3)
    close(ops.dense(x, weight, bias), x.astype(np.float64) @ weight + bias)


FORMULAS = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "swish": lambda x: x / (1 + np.exp(-x)),
    "hard_swish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
}


def activation(function: str):
    return call(Node("n", graph.Activation(function), ("x",), (1,), (), 1)).function


@pytest.mark.parametrize("function", graph.ACTIVATIONS)
def test_activation(function: str) -> None:
    x = np.linspace(-9, 9, 181).astype(np.float32)
    close(activation(function)(x), FORMULAS[function](x.astype(np.float64)))
    with jax.enable_x64(True):  # close enough to tell constants apart
        wide = np.linspace(-9, 9, 181)
        found = np.asarray(activation(function)(wide))
        np.testing.assert_allclose(found, FORMULAS[function](wide), rtol=1e-12, atol=1e-12)
    # Off the kinks, the derivative is the difference quotient.
    x = x[np.abs(np.abs(x) - 3) > 0.01]
    x = x[(np.abs(x) > 0.01) & (np.abs(x - 6) > 0.01)]
    slope = jax.vmap(jax.grad(activation(function)))(x)
    wide = x.astype(np.float64)
    quotient = (FORMULAS[function](wide + 1e-6) - FORMULAS[function](wide - 1e-6)) / 2e-6
    close(slope, quotient)


@pytest.mark.parametrize(
    ("function", "point", "slope"),
    [
        ("relu", 0.0, 0.0),
        ("relu6", 0.0, 0.0),
        ("relu6", 6.0, 0.0),
        ("hard_sigmoid", -3.0, 0.0),
        ("hard_sigmoid", 3.0, 0.0),
        ("hard_swish", -3.0, 0.0),
        ("hard_swish", 3.0, 1.0),
    ],
)
def test_derivative_at_kinks(function: str, point: float, slope: float) -> None:
    assert float(jax.grad(activation(function))(point)) == slope


@pytest.mark.parametrize("function", graph.ACTIVATIONS)
def test_activations_do_not_hide_nan(function: str) -> None:
    assert np.isnan(activation(function)(jnp.float32(np.nan)))


@pytest.mark.parametrize(
    ("size", "stride", "pads"), [(2, 2, ((0, 0), (0, 0))), (3, 2, ((0, 1), (1, 1)))]
)
def test_max_pool(size: int, stride: int, pads) -> None:
    x = draw(2, 3, 6, 5)
    found = ops.max_pool(x, size=size, stride=stride, padding=pads)
    expected = np.zeros(found.shape)
    for i, j, window in windows(x, pads, size, stride, -np.inf):
        expected[:, :, i, j] = window.max((2, 3))
    close(found, expected)


def test_max_pool_sends_the_cotangent_of_a_tie_to_the_first() -> None:
    x = jnp.array([[[[1.0, 2.0], [2.0, 2.0]]]])
    pads = ((0, 0), (0, 0))
    gradient = jax.grad(lambda v: ops.max_pool(v, size=2, stride=2, padding=pads).sum())(x)
    assert gradient.tolist() == [[[[0.0, 1.0], [0.0, 0.0]]]]


def test_pooling_reshaping_and_scaling() -> None:
    x, gate, gamma = draw(2, 3, 4, 5), draw(2, 3), draw(3)
    close(ops.global_avg_pool(x), x.astype(np.float64).mean((2, 3)))
    close(ops.flatten(x), x.reshape(2, 60))
    close(ops.add(x, x), 2 * x)
    close(ops.scale_channels(x, gate), x * gate[:, :, None, None])
    close(ops.layer_scale(x, gamma), x * gamma[None, :, None, None])


def test_tokens() -> None:
    x, token, positions = draw(2, 3, 4, 5), draw(3), draw(21, 3)
    tokens = ops.image_to_tokens(x)
    assert tokens.shape == (2, 20, 3)
    assert tokens[1, 2 * 5 + 3].tolist() == x[1, :, 2, 3].tolist()
    longer = ops.prepend_token(tokens, token)
    assert longer.shape == (2, 21, 3)
    assert longer[:, 0].tolist() == [token.tolist()] * 2
    assert longer[:, 1:].tolist() == tokens.tolist()
    placed = ops.add_positions(longer, positions)
    close(placed, np.asarray(longer) + positions)
    assert ops.select_token(placed, index=4).tolist() == placed[:, 4].tolist()


def test_attention() -> None:
    q, k, v = draw(2, 5, 6), draw(2, 5, 6), draw(2, 5, 6)
    found = ops.attention(q, k, v, heads=2)
    expected = np.zeros((2, 5, 6))
    for b in range(2):
        for h in range(2):
            columns = slice(3 * h, 3 * h + 3)
            scores = q[b, :, columns].astype(np.float64) @ k[b, :, columns].T / np.sqrt(3)
            weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
            expected[b, :, columns] = weights @ v[b, :, columns]
    close(found, expected)


def test_mean_cross_entropy() -> None:
    logits, labels = draw(4, 5) * 10, np.array([0, 4, 2, 2], dtype=np.int32)
    wide = logits.astype(np.float64)
    chosen = wide[np.arange(4), labels] - np.log(np.exp(wide).sum(1))
    close(ops.mean_cross_entropy(logits, labels), -chosen.mean())
    assert np.isfinite(ops.mean_cross_entropy(np.float32([[1e4, -1e4]]), np.int32([1])))


def test_every_primitive_is_reached() -> None:
    """A graph operation without a JAX form, or a form that no operation uses, is an error here."""
    samples = [
        graph.Conv(1, ((0, 0), (0, 0)), 1, False),
        graph.BatchNorm(1e-5),
        graph.LayerNorm(1, 1e-5),
        graph.Dense(),
        *(graph.Activation(function) for function in graph.ACTIVATIONS),
        graph.MaxPool(2, 2, ((0, 0), (0, 0))),
        graph.GlobalAvgPool(),
        graph.Flatten(),
        graph.Add(),
        graph.ScaleChannels(),
        graph.LayerScale(),
        graph.ImageToTokens(),
        graph.PrependToken(),
        graph.AddPositions(),
        graph.Attention(1),
        graph.SelectToken(0),
    ]
    assert {type(op) for op in samples} | {graph.Input} == set(graph.Op.__args__)
    reached = {call(Node("n", op, (), (), (), 1)).function for op in samples}
    defined = {f for _, f in inspect.getmembers(ops, inspect.isfunction)}
    assert reached == defined - {ops.mean_cross_entropy}
    with pytest.raises(TypeError, match="node n: operation Input.. has no JAX form"):
        call(Node("n", graph.Input(), (), (), (), 0))
