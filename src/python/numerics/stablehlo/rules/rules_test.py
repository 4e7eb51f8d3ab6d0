"""Every backward rule against central differences of its own forward map, in float64."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.rules.catalog import every_rule
from numerics.stablehlo.rules.loss import CROSS_ENTROPY
from numerics.stablehlo.rules.rule import SOFTMAX, Rule, key, rule

RULES = every_rule()
GELU = Citation("coq:Fourfold.VJP.activations.is_vjp_gelu", of="Fourfold.VJP.activations.gelu")
STEP = 1e-5
TOLERANCE = 2e-8  # rounding 1e-16 / STEP and truncation STEP**2, with room for sums


def conv(stride=1, padding=((1, 1), (1, 1)), groups=1, bias=False):
    return graph.Conv(stride, padding, groups, bias)


# Operation, then the shapes of its inputs and parameters.
CASES = {
    "dense": (graph.Dense(), (3, 4), (4, 5), (5,)),
    "dense on tokens": (graph.Dense(), (2, 3, 4), (4, 5), (5,)),
    "add": (graph.Add(), (2, 3), (2, 3)),
    "scale channels": (graph.ScaleChannels(), (2, 3, 4, 5), (2, 3)),
    "layer scale": (graph.LayerScale(), (2, 3, 4, 5), (3,)),
    "conv": (conv(bias=True), (2, 3, 5, 6), (4, 3, 3, 3), (4,)),
    "conv valid": (conv(padding=((0, 0), (0, 0))), (2, 2, 5, 6), (3, 2, 3, 2)),
    "conv stride 2": (conv(2, ((0, 1), (0, 1))), (2, 2, 6, 6), (3, 2, 3, 3)),
    "conv rows left over": (conv(3, ((0, 0), (0, 0))), (2, 2, 8, 9), (3, 2, 2, 2)),
    "conv patches": (conv(2, ((0, 0), (0, 0)), bias=True), (2, 2, 6, 4), (3, 2, 2, 2), (3,)),
    "conv 1x1": (conv(padding=((0, 0), (0, 0))), (2, 3, 4, 4), (5, 3, 1, 1)),
    "conv 1x1 stride 2": (conv(2, ((0, 0), (0, 0))), (2, 3, 5, 4), (2, 3, 1, 1)),
    "conv uneven padding": (conv(1, ((2, 0), (0, 3))), (2, 2, 4, 4), (3, 2, 3, 4)),
    "grouped conv": (conv(groups=2), (2, 4, 5, 5), (6, 2, 3, 3)),
    "grouped conv stride 2": (conv(2, ((0, 1), (1, 1)), 2), (2, 4, 6, 5), (4, 2, 3, 3)),
    "depthwise": (conv(groups=3, bias=True), (2, 3, 5, 6), (3, 1, 3, 3), (3,)),
    "depthwise stride 2": (conv(2, ((0, 1), (0, 1)), 3), (2, 3, 6, 6), (3, 1, 3, 3)),
    "depthwise rows left over": (conv(3, ((1, 0), (0, 0)), 2), (2, 2, 9, 8), (2, 1, 2, 3)),
    "depthwise multiplier": (conv(groups=2), (2, 2, 4, 5), (4, 1, 3, 3)),
    "batch norm": (graph.BatchNorm(1e-2), (3, 2, 3, 4), (2,), (2,)),
    "layer norm of an image": (graph.LayerNorm(1, 1e-2), (2, 5, 3, 2), (5,), (5,)),
    "layer norm of tokens": (graph.LayerNorm(2, 1e-2), (2, 3, 6), (6,), (6,)),
    "layer norm of a vector": (graph.LayerNorm(1, 1e-2), (3, 6), (6,), (6,)),
    "max pool": (graph.MaxPool(2, 2, ((0, 0), (0, 0))), (2, 2, 4, 6)),
    "max pool overlapping": (graph.MaxPool(3, 2, ((0, 1), (1, 0))), (2, 2, 6, 5)),
    "global average pool": (graph.GlobalAvgPool(), (2, 3, 4, 5)),
    "flatten": (graph.Flatten(), (2, 3, 4, 5)),
    "image to tokens": (graph.ImageToTokens(), (2, 3, 4, 5)),
    "prepend token": (graph.PrependToken(), (2, 3, 4), (4,)),
    "add positions": (graph.AddPositions(), (2, 3, 4), (3, 4)),
    "select first token": (graph.SelectToken(0), (2, 3, 4)),
    "select token": (graph.SelectToken(2), (2, 4, 3)),
    "attention": (graph.Attention(2), (2, 3, 4), (2, 3, 4), (2, 3, 4)),
    "attention one head": (graph.Attention(1), (2, 4, 3), (2, 4, 3), (2, 4, 3)),
    **{name: (graph.Activation(name), (4, 30)) for name in graph.ACTIVATIONS},
    SOFTMAX: (SOFTMAX, (3, 5)),
    CROSS_ENTROPY: (CROSS_ENTROPY, (4, 5)),
}
KINKS = {"relu": (0,), "relu6": (0, 6), "hard_sigmoid": (-3, 3), "hard_swish": (-3, 3)}
LABELS = np.array([3, 0, 4, 3])


def rule_of(op) -> Rule:
    return RULES[op if isinstance(op, str) else key(op)]


def draw(op, shapes):
    rng = np.random.default_rng(20240229)
    if not isinstance(op, graph.Activation):
        return [rng.standard_normal(shape) for shape in shapes]
    x = rng.uniform(-9, 9, shapes[0])
    for kink in KINKS.get(op.function, ()):
        x[np.abs(x - kink) < 0.1] += 0.3
    return [x]


def forward(op, arrays):
    b = NumpyBuilder()
    fixed = [b.array(LABELS, "i32")] if op == CROSS_ENTROPY else []
    given = [b.array(array) for array in arrays]
    return b, *rule_of(op).forward(b, None if isinstance(op, str) else op, *given, *fixed)


def vjp(op, arrays, dy):
    b, _, saved = forward(op, arrays)
    given = rule_of(op).backward(b, None if isinstance(op, str) else op, saved, b.array(dy))
    return [value.data for value in given]


@pytest.mark.parametrize("case", CASES)
def test_backward_matches_central_differences(case: str) -> None:
    op, *shapes = CASES[case]
    arrays = draw(op, shapes)
    dy = np.random.default_rng(7).standard_normal(forward(op, arrays)[1].shape)
    cotangents = vjp(op, arrays, dy)
    assert [c.shape for c in cotangents] == [a.shape for a in arrays]
    for position, cotangent in enumerate(cotangents):
        for entry in np.ndindex(arrays[position].shape):
            ends = []
            for sign in (1, -1):
                moved = [array.copy() for array in arrays]
                moved[position][entry] += sign * STEP
                ends.append(np.sum(forward(op, moved)[1].data * dy))
            numeric = (ends[0] - ends[1]) / (2 * STEP)
            assert cotangent[entry] == pytest.approx(numeric, abs=TOLERANCE, rel=TOLERANCE)


def test_every_rule_has_a_case() -> None:
    used = {op if isinstance(op, str) else key(op) for op, *_ in CASES.values()}
    assert used == set(RULES)


def test_every_operation_of_the_graph_has_a_rule() -> None:
    operations = set(graph.Op.__args__) - {graph.Input, graph.Activation}
    assert operations | set(graph.ACTIVATIONS) | {SOFTMAX, CROSS_ENTROPY} == set(RULES)


@pytest.mark.parametrize("name", KINKS)
def test_derivative_at_a_kink_is_zero_from_the_kinked_part(name: str) -> None:
    points = np.array([float(kink) for kink in KINKS[name]])
    (dx,) = vjp(graph.Activation(name), [points], np.ones(len(points)))
    expected = {"hard_swish": [0.0, 1.0]}.get(name, [0.0] * len(points))
    assert dx.tolist() == expected


def test_a_tie_in_a_window_goes_to_the_first_entry_in_row_major_order() -> None:
    x = np.array([[1.0, 5, 2, 2], [5, 5, 2, 2]])[None, None]
    op = graph.MaxPool(2, 2, ((0, 0), (0, 0)))
    (dx,) = vjp(op, [x], np.array([10.0, 20.0]).reshape(1, 1, 1, 2))
    assert dx[0, 0].tolist() == [[0, 10, 20, 0], [0, 0, 0, 0]]


def test_cross_entropy_of_huge_logits_is_finite() -> None:
    logits = np.array([[1e4, 0, -1e4, 0, 0]] * 4)
    _, loss, _ = forward(CROSS_ENTROPY, [logits])
    assert math.isclose(float(loss.data), (1e4 + 0 + 1e4 + 1e4) / 4)
    (dz,) = vjp(CROSS_ENTROPY, [logits], np.ones(()))
    assert np.isfinite(dz).all()


def test_a_rule_needs_theorems_or_a_reason() -> None:
    with pytest.raises(ValueError, match="and not both"):
        Rule("x", forward, vjp, (), None)
    with pytest.raises(ValueError, match="and not both"):
        Rule("x", forward, vjp, (GELU,), "not stated")


def test_an_operation_has_one_rule() -> None:
    with pytest.raises(ValueError, match="two rules for relu"):
        rule("relu", forward=forward, reason="a second one")(vjp)
    assert RULES["relu"].backward.__name__ == "relu_backward"


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        ("coq:Fourfold.VJP.activations.is_vjp_gelu", "is cited as a str; write Citation("),
        (replace(GELU, theorem="activations.is_vjp_gelu"), "is not of the form prover:"),
        (replace(GELU, of=""), "give the full name of the constant"),
        (replace(GELU, of="gelu"), "give the full name of the constant"),
        (
            replace(GELU, of="coq:Fourfold.VJP.activations.gelu"),
            "give the full name of the constant",
        ),
        (replace(GELU, beyond="x" * 61), "at most 60"),
        (replace(GELU, beyond=" "), "without space around"),
    ],
)
def test_a_citation_names_a_theorem_and_a_constant(citation, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Rule("x", forward, vjp, (citation,), None)


def test_citations_are_of_the_library_of_proofs() -> None:
    for entry in RULES.values():
        for citation in entry.theorems:
            prover, _, name = citation.theorem.partition(":")
            assert prover == "coq" and name.startswith("Fourfold.VJP."), citation
            assert len(name.split(".")) == 4, citation
            # What all theorems of the library name says nothing of this rule.
            assert citation.of != "Fourfold.VJP.vjp.is_vjp", citation
