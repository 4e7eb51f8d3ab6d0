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

from numerics.nets import graph
from numerics.nets.load import parse
from numerics.oracle.comparison import Bounds, compare
from numerics.oracle.mutation.mutants import IMAGE, IMAGES, MUTANTS, NETS
from numerics.oracle.noise import measure
from numerics.oracle.problem import pose
from numerics.oracle.run_oracle import MAX_ABS_STEP2, MAX_ULP
from numerics.oracle.solvers import Autodiff, RulesNumpy, emitted_xla
from numerics.stablehlo.builder import BuilderError
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.rules.catalog import every_rule
from numerics.stablehlo.rules.loss import CROSS_ENTROPY
from numerics.stablehlo.rules.rule import SOFTMAX, key

RULES = every_rule()
EMITTED = ("dense: weight not transposed", "conv: kernel not reversed", "relu: no mask")
BOUNDS = Bounds(MAX_ABS_STEP2, MAX_ULP)


@cache
def problem(net: str):
    layers = NETS[net].replace("\n        ", "\n")
    image = IMAGES.get(net, IMAGE)
    spec = parse(f"name: {net}\n{image}\nlayers:\n{layers}", net)
    return pose(spec, "adam", 0.001, 4, 1, "general")


@cache
def reference(net: str):
    return Autodiff().run(problem(net))


@cache
def exact(net: str):
    return RulesNumpy().run(problem(net))


@cache
def noise(net: str):
    return measure(problem(net), exact(net))


def mutant(name: str):
    """All rules, with the wrong one."""
    entry, _, backward = MUTANTS[name]
    return {**RULES, entry: dataclasses.replace(RULES[entry], backward=backward)}


@pytest.mark.parametrize("net", NETS)
def test_the_correct_rules_agree(net: str) -> None:
    result = compare("rules", exact(net), "autodiff", reference(net), BOUNDS, noise(net))
    assert result.failures == ()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_refused_for_its_gradients(name: str) -> None:
    _, net, _ = MUTANTS[name]
    outcome = RulesNumpy(mutant(name)).run(problem(net))
    result = compare("mutant", outcome, "autodiff", reference(net), BOUNDS, noise(net))
    assert any("gradient of" in failure for failure in result.failures)


@pytest.mark.parametrize("net", NETS)
def test_every_mutant_is_refused_on_every_net_that_it_changes(net: str) -> None:
    used = {key(node.op) for node in problem(net).spec.graph.nodes} | {CROSS_ENTROPY}
    caught, survivors = 0, []
    for name, (entry, *_) in MUTANTS.items():
        if entry not in used:
            continue
        try:
            outcome = RulesNumpy(mutant(name)).run(problem(net))
        except (IndexError, BuilderError):  # no bias here, or tensors of another rank
            continue
        same = all(np.array_equal(g, exact(net).gradients[p]) for p, g in outcome.gradients.items())
        result = compare("mutant", outcome, "rules", exact(net), BOUNDS, noise(net))
        caught += bool(result.failures)
        if not same and not any("gradient of" in failure for failure in result.failures):
            survivors.append(name)
    assert not survivors and caught >= 5


@pytest.mark.parametrize("name", EMITTED)
def test_a_mutant_of_the_emitted_text_is_refused(name: str) -> None:
    _, net, _ = MUTANTS[name]
    outcome = emitted_xla(mutant(name)).run(problem(net))
    result = compare("mutant", outcome, "autodiff", reference(net), BOUNDS, noise(net))
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
