"""The oracle must refuse every mutant, with the bounds that it has by default, for its gradients.

The mutated rules run in NumPy, and for some as emitted text in XLA, against autodiff.
"""

import dataclasses
import functools
import importlib
from functools import cache

import numpy as np
import pytest

pytest.importorskip("jax")

from numerics.gradients.oracle import MAX_ABS_STEP2, MAX_ULP
from numerics.gradients.oracle_comparison import Bounds, compare
from numerics.gradients.oracle_corners import AutodiffXla, EmittedXla, RulesNumpy
from numerics.gradients.oracle_mutants import IMAGE, MUTANTS, NETS
from numerics.gradients.oracle_problem import pose
from numerics.nets import graph
from numerics.nets.load import parse
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.rules.catalog import every_rule
from numerics.stablehlo.rules.rule import SOFTMAX

RULES = every_rule()
EMITTED = ("dense: weight not transposed", "conv: kernel not reversed", "relu: no mask")
BOUNDS = Bounds(MAX_ABS_STEP2, MAX_ULP)


@cache
def problem(net: str):
    layers = NETS[net].replace("\n        ", "\n")
    spec = parse(f"name: {net}\n{IMAGE}\nlayers:\n{layers}", net)
    return pose(spec, "adam", 0.001, 4, 1, "general")


@cache
def reference(net: str):
    return AutodiffXla().run(problem(net))


@pytest.mark.parametrize("net", NETS)
def test_the_correct_rules_agree(net: str) -> None:
    outcome = RulesNumpy().run(problem(net))
    assert compare("rules", outcome, "autodiff", reference(net), BOUNDS).failures == ()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_refused_for_its_gradients(name: str) -> None:
    entry, net, backward = MUTANTS[name]
    rules = {**RULES, entry: dataclasses.replace(RULES[entry], backward=backward)}
    outcome = RulesNumpy(rules).run(problem(net))
    result = compare("mutant", outcome, "autodiff", reference(net), BOUNDS)
    assert any("gradient of" in failure for failure in result.failures)


@pytest.mark.parametrize("name", EMITTED)
def test_a_mutant_of_the_emitted_text_is_refused(name: str) -> None:
    entry, net, backward = MUTANTS[name]
    rules = {**RULES, entry: dataclasses.replace(RULES[entry], backward=backward)}
    outcome = EmittedXla(rules).run(problem(net))
    result = compare("mutant", outcome, "autodiff", reference(net), BOUNDS)
    assert any("gradient of" in failure for failure in result.failures)


def test_a_tie_in_a_pooling_window_goes_where_jax_sends_it() -> None:
    jax, ops = pytest.importorskip("jax"), importlib.import_module("numerics.autodiff.ops")
    op = graph.MaxPool(3, 2, ((0, 1), (1, 0)))
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (2, 3, 8, 7)).astype(np.float32)  # ties in almost every window
    pool = functools.partial(ops.max_pool, size=3, stride=2, padding=op.padding)
    y, transpose = jax.vjp(pool, x)
    dy = rng.integers(1, 9, y.shape).astype(np.float32)
    b = NumpyBuilder()
    pooled, saved = RULES[graph.MaxPool].forward(b, op, b.array(x))
    (dx,) = RULES[graph.MaxPool].backward(b, op, saved, b.array(dy))
    np.testing.assert_array_equal(pooled.data, np.asarray(y))
    np.testing.assert_array_equal(dx.data, np.asarray(transpose(dy)[0]))


def test_every_rule_of_a_graph_has_a_mutant() -> None:
    # The softmax is part of attention, whose own mutants go through it.
    assert {entry for entry, *_ in MUTANTS.values()} == set(RULES) - {SOFTMAX}
