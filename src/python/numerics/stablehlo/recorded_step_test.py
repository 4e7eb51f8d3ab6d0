"""Norms, evaluation and decoupled weight decay, in NumPy float64."""

import numpy as np
import pytest

from numerics.nets.batches import batch
from numerics.nets.load import parse
from numerics.nets.parameters import initial
from numerics.stablehlo.backpropagation import logits, loss_and_gradients
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.optimizers import Adam
from numerics.stablehlo.recorded_step import (
    emit_evaluation,
    emit_recorded_step,
    evaluation,
    recorded_step,
)
from numerics.stablehlo.train_step import emit_train_step, train_step

NET = parse(
    """
    name: small
    input: {channels: 2, height: 6, width: 6}
    layers:
      - convBn: {in_channels: 2, out_channels: 4, kernel: 3}
      - globalAvgPool
      - dense: {fan_in: 4, fan_out: 3}
    """,
    "test",
)


@pytest.fixture
def at_start():
    b = NumpyBuilder()
    examples = batch(NET, 3, 0, 6)
    values = [b.array(value) for value in initial(NET, 3).values()]
    return b, values, [b.array(examples.images), b.array(examples.labels, "i32")]


def held_and_scalars(b, values, number, lr, slots=2):
    state = [b.zeros_like(value) for _ in range(slots) for value in values]
    return [*values, *state], [b.array(float(number)), b.array(lr)]


def test_norms_are_over_all_tensors_before_the_step(at_start) -> None:
    b, values, data = at_start
    held, scalars = held_and_scalars(b, values, 1, 0.01)
    loss, gradient_norm, parameter_norm, *after = recorded_step(
        b, NET.graph, Adam(), [*held, *data, *scalars]
    )
    expected, gradients = loss_and_gradients(b, NET.graph, values, *data)
    assert loss.data == expected.data and loss.shape == gradient_norm.shape == ()
    for found, tensors in ((gradient_norm, gradients), (parameter_norm, values)):
        flat = np.concatenate([tensor.data.ravel() for tensor in tensors])
        assert float(found.data) == pytest.approx(np.linalg.norm(flat), rel=1e-14)
    plain = train_step(b, NET.graph, Adam(), [*held, *data, *scalars])
    for ours, theirs in zip(after, plain[1:], strict=True):
        np.testing.assert_array_equal(ours.data, theirs.data)


def test_evaluation_counts_right_answers(at_start) -> None:
    b, values, data = at_start
    loss, correct = evaluation(b, NET.graph, [*values, *data])
    z = logits(b, NET.graph, values, data[0]).data
    assert float(loss.data) == float(loss_and_gradients(b, NET.graph, values, *data)[0].data)
    assert float(correct.data) == np.sum(z.argmax(axis=1) == data[1].data)
    counts = []
    for label in range(3):
        labels = b.array(np.full(6, label), "i32")
        counts.append(float(evaluation(b, NET.graph, [*values, data[0], labels])[1].data))
    assert sum(counts) == 6  # no ties here: each example is right for one label


def test_weight_decay_is_apart_from_the_gradient(at_start) -> None:
    """Three steps of algorithm 2 of Loshchilov and Hutter, in plain NumPy."""
    b, values, data = at_start
    decay, lr = 0.3, 0.01
    held, _ = held_and_scalars(b, values, 1, lr)
    expected = [value.data for value in values]
    first = second = [np.zeros_like(value) for value in expected]
    for t in (1, 2, 3):
        scalars = [b.array(float(t)), b.array(lr)]
        inputs = [b.array(value) for value in expected]
        grads = [g.data for g in loss_and_gradients(b, NET.graph, inputs, *data)[1]]
        first = [0.9 * m + 0.1 * g for m, g in zip(first, grads)]
        second = [0.999 * v + 0.001 * g * g for v, g in zip(second, grads)]
        expected = [
            p - lr * (m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8) + decay * p)
            for p, m, v in zip(expected, first, second)
        ]
        _, *held = train_step(b, NET.graph, Adam(weight_decay=decay), [*held, *data, *scalars])
    for found, value in zip(held, [*expected, *first, *second], strict=True):
        np.testing.assert_allclose(found.data, value, rtol=1e-9, atol=1e-12)


def test_no_weight_decay_is_the_same_text() -> None:
    plain = emit_train_step(NET.graph, 4, Adam())
    assert emit_train_step(NET.graph, 4, Adam(weight_decay=0.0)) == plain
    assert emit_train_step(NET.graph, 4, Adam(weight_decay=0.1)) != plain


def test_the_texts_name_their_results() -> None:
    step = emit_recorded_step(NET.graph, 4, Adam())
    for name in ("loss", "gradient_norm", "parameter_norm", "v.layer3.dense.bias"):
        assert f'fourfold.name = "{name}"' in step
    assert "func.func public @recorded_step(" in step
    evaluated = emit_evaluation(NET.graph, 4)
    assert 'fourfold.name = "correct"' in evaluated and "@evaluation(" in evaluated
