"""The whole step: gradients of small nets, the optimizers' formulas, and the shape of the text."""

import dataclasses

import numpy as np
import pytest

from numerics.nets import graph
from numerics.nets.batches import batch
from numerics.nets.load import parse
from numerics.nets.parameters import initial
from numerics.stablehlo.backpropagation import MissingRule, logits, loss_and_gradients
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.optimizers import OPTIMIZERS
from numerics.stablehlo.rules.catalog import every_rule
from numerics.stablehlo.train_step import (
    emit_loss_and_gradients,
    emit_train_step,
    train_step,
)

RULES = every_rule()
NET = parse(
    """
    name: small
    input: {channels: 2, height: 6, width: 6}
    layers:
      - convBn: {in_channels: 2, out_channels: 4, kernel: 3}
      - invertedResidual: {in_channels: 4, out_channels: 4, expand: 2, stride: 1, blocks: 1}
      - globalAvgPool
      - dense: {fan_in: 4, fan_out: 3}
    """,
    "test",
)
STEP = 1e-5


def setup(seed=3, size=5):
    b = NumpyBuilder()
    examples = batch(NET, seed, 0, size)
    values = [b.array(value) for value in initial(NET, seed).values()]
    return b, values, b.array(examples.images), b.array(examples.labels, "i32")


def test_gradients_match_central_differences_of_the_loss() -> None:
    b, values, images, labels = setup()
    _, gradients = loss_and_gradients(b, NET.graph, values, images, labels)
    rng = np.random.default_rng(5)
    for position, gradient in enumerate(gradients):
        tangent = rng.standard_normal(gradient.shape)
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[position] = b.array(values[position].data + sign * STEP * tangent)
            ends.append(float(loss_and_gradients(b, NET.graph, moved, images, labels)[0].data))
        numeric = (ends[0] - ends[1]) / (2 * STEP)
        found = np.sum(gradient.data * tangent)
        assert found == pytest.approx(numeric, rel=1e-6, abs=1e-8), NET.parameters[position].name


def test_a_gradient_without_one_rule_is_refused() -> None:
    b, values, images, labels = setup()
    rules = {entry: rule for entry, rule in RULES.items() if entry is not graph.Dense}
    with pytest.raises(MissingRule, match=r"layer4\.dense: no rule for .*Dense"):
        loss_and_gradients(b, NET.graph, values, images, labels, rules)


def test_logits_are_those_of_the_loss() -> None:
    b, values, images, labels = setup()
    z = logits(b, NET.graph, values, images).data
    chosen = z[np.arange(len(z)), labels.data]
    loss, _ = loss_and_gradients(b, NET.graph, values, images, labels)
    expected = np.mean(np.log(np.exp(z).sum(axis=1)) - chosen)
    assert float(loss.data) == pytest.approx(expected, rel=1e-12)


def steps(optimizer: str, count: int, lr: float):
    """The parameters before, every gradient on the way, and all tensors after `count` steps."""
    b, values, images, labels = setup()
    rule = OPTIMIZERS[optimizer]
    held = [*values, *(b.zeros_like(value) for _ in rule.slots for value in values)]
    gradients = []
    for number in range(1, count + 1):
        found = loss_and_gradients(b, NET.graph, held[: len(values)], images, labels)[1]
        gradients.append([g.data for g in found])
        scalars = [b.array(float(number)), b.array(lr)]
        _, *held = train_step(b, NET.graph, rule, [*held, images, labels, *scalars])
    return [v.data for v in values], gradients, [value.data for value in held]


def test_sgd_subtracts_the_scaled_gradient() -> None:
    before, gradients, after = steps("sgd", 1, 0.5)
    for start, gradient, end in zip(before, gradients[0], after, strict=True):
        np.testing.assert_allclose(end, start - 0.5 * gradient, rtol=1e-14)


def test_adam_is_its_published_recurrence() -> None:
    before, gradients, after = steps("adam", 3, 0.01)
    count = len(before)
    for position, value in enumerate(before):
        m = v = np.zeros_like(value)
        for t, found in enumerate(gradients, start=1):
            g = found[position]
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            value = value - 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(after[position], value, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(after[count + position], m, rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(after[2 * count + position], v, rtol=1e-9, atol=1e-20)


def test_training_lowers_the_loss() -> None:
    b, values, images, labels = setup()
    start, _ = loss_and_gradients(b, NET.graph, values, images, labels)
    _, _, after = steps("adam", 20, 0.02)
    held = [b.array(value) for value in after[: len(values)]]
    end, _ = loss_and_gradients(b, NET.graph, held, images, labels)
    assert float(end.data) < 0.7 * float(start.data)


def emitted(optimizer: str, rules=None) -> str:
    return emit_loss_and_gradients(NET.graph, 5, rules) + emit_train_step(
        NET.graph, 5, OPTIMIZERS[optimizer], rules
    )


def test_the_text_names_every_tensor_and_is_reproducible() -> None:
    text = emitted("adam")
    assert text == emitted("adam")
    for parameter in NET.parameters:
        for name in (parameter.name, f"m.{parameter.name}", f"gradient.{parameter.name}"):
            assert f'fourfold.name = "{name}"' in text
    assert "func.func public @train_step(" in text
    assert "func.func public @loss_and_gradients(" in text


def test_the_text_follows_the_rules_it_is_given() -> None:
    negated = dataclasses.replace(
        RULES[graph.Dense],
        backward=lambda b, op, saved, dy: RULES[graph.Dense].backward(b, op, saved, b.negate(dy)),
    )
    rules = {**RULES, graph.Dense: negated}
    assert emitted("sgd") != emitted("sgd", rules)
