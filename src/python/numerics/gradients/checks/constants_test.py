"""The numbers of a formula, against JAX and against the backward rules.

A check compares a function with its derivative, and both use the same constants: a wrong one in
both would go unseen there. JAX's own functions and the rules' forward maps have constants of
their own.
"""


import jax
import numpy as np
import pytest

from numerics.gradients.checks import activations, normalization
from numerics.nets import builder, graph
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.rules import gelu as gelu_rule
from numerics.stablehlo.rules.catalog import every_rule

X = np.linspace(-9, 9, 181)
FUNCTIONS = {
    "relu": jax.nn.relu,
    "relu6": jax.nn.relu6,
    "sigmoid": jax.nn.sigmoid,
    "swish": jax.nn.silu,
    "gelu_tanh": lambda x: jax.nn.gelu(x, approximate=True),
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "hard_swish": jax.nn.hard_silu,
}
OURS = {name: getattr(activations, name.removesuffix("_tanh")) for name in FUNCTIONS}


def by_jax(name: str) -> np.ndarray:
    with jax.enable_x64(True):
        return np.asarray(FUNCTIONS[name](X))


def by_rule(name: str) -> np.ndarray:
    b = NumpyBuilder()
    return every_rule()[name].forward(b, graph.Activation(name), b.array(X))[0].data


@pytest.mark.parametrize("name", FUNCTIONS)
def test_three_forms_of_an_activation_agree(name: str) -> None:
    np.testing.assert_allclose(OURS[name](X), by_jax(name), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(by_rule(name), by_jax(name), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    ("module", "constant"),
    [
        (activations, "GELU_SCALE"),
        (activations, "GELU_CUBIC"),
        (gelu_rule, "GELU_SLOPE"),
        (gelu_rule, "GELU_CUBIC"),
    ],
)
@pytest.mark.parametrize("wrong", [3.0, 7.0, 0.0447, 0.7979])
def test_a_wrong_constant_of_gelu_is_seen(monkeypatch, module, constant, wrong: float) -> None:
    monkeypatch.setattr(module, constant, wrong)
    forms = OURS["gelu_tanh"](X), by_rule("gelu_tanh")
    assert any(np.abs(form - by_jax("gelu_tanh")).max() > 1e-6 for form in forms)


def test_epsilon_of_the_norms_is_that_of_the_nets() -> None:
    assert normalization.EPSILON == builder.BATCH_NORM_EPSILON == builder.LAYER_NORM_EPSILON


def test_check_and_rule_of_one_formula_cite_the_same() -> None:
    rules = every_rule()
    for check in activations.CHECKS:
        if check.name in rules:
            ours = {(c.theorem, c.of) for c in check.theorems}
            assert ours == {(c.theorem, c.of) for c in rules[check.name].theorems}
    for check in normalization.CHECKS:
        if check.name == "layer_norm":
            assert check.theorems == rules[graph.LayerNorm].theorems
