"""Norms, evaluation and decoupled weight decay of the JAX pipeline."""

import jax.numpy as jnp
import numpy as np
import pytest

from numerics.autodiff import forward, optimizers, training
from numerics.autodiff.recording import evaluator, norm, recorded_stepper
from numerics.nets.batches import batch
from numerics.nets.load import parse
from numerics.nets.parameters import initial

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
DATA = batch(NET, 3, 0, 6)


def test_norms_are_over_all_tensors_before_the_step() -> None:
    values = initial(NET, 3)
    _, grads = training.value_and_grad(NET.graph)(values, DATA.images, DATA.labels)
    taken = recorded_stepper(NET.graph, 0.1)(
        training.start(values), DATA.images, DATA.labels, np.float32(1e-2)
    )
    for found, tensors in ((taken.gradient_norm, grads), (taken.parameter_norm, values)):
        flat = np.concatenate([np.asarray(t, np.float64).ravel() for t in tensors.values()])
        assert float(found) == pytest.approx(np.linalg.norm(flat), rel=1e-6)
    assert float(norm({"a": jnp.array([[3.0]]), "b": jnp.array([4.0])})) == 5.0


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_weight_decay_is_apart_from_the_gradient(decay: float) -> None:
    """Three steps of algorithm 2 of Loshchilov and Hutter, in NumPy float64."""
    random, lr = np.random.default_rng(5), 0.01
    params = {"p": random.standard_normal((3, 4)).astype(np.float32)}
    first = second = {"p": np.zeros((3, 4), np.float32)}
    expected = params["p"].astype(np.float64)
    m = v = np.zeros((3, 4))
    for t in (1, 2, 3):
        grads = {"p": random.standard_normal((3, 4)).astype(np.float32)}
        corrections = optimizers.bias_corrections(t)
        params, first, second = optimizers.adamw(
            params, grads, first, second, corrections, lr, decay
        )
        g = grads["p"].astype(np.float64)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        direction = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        expected = expected - lr * (direction + decay * expected)
        np.testing.assert_allclose(params["p"], expected, rtol=0, atol=3e-7)


def test_no_weight_decay_is_adam_to_the_bit() -> None:
    random = np.random.default_rng(6)
    params, grads, first = ({"p": random.standard_normal(50).astype(np.float32)} for _ in range(3))
    second = {"p": np.square(first["p"])}
    corrections = optimizers.bias_corrections(4)
    plain = optimizers.adam(params, grads, first, second, corrections, 0.01)
    decayed = optimizers.adamw(params, grads, first, second, corrections, 0.01, 0.0)
    for ours, theirs in zip(decayed, plain, strict=True):
        np.testing.assert_array_equal(ours["p"], theirs["p"])


def test_evaluation_counts_right_answers() -> None:
    values = initial(NET, 3)
    loss, correct = evaluator(NET.graph)(values, DATA.images, DATA.labels)
    z = np.asarray(forward.logits(NET.graph, values, DATA.images))
    assert float(correct) == np.sum(z.argmax(axis=1) == DATA.labels)
    expected = training.loss(NET.graph, values, DATA.images, DATA.labels)
    assert float(loss) == pytest.approx(float(expected), rel=1e-6)
