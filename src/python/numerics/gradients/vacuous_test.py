"""Checks that would pass whatever the formula says, and honest ones beside them."""

import dataclasses
import sys
import types

import numpy as np
import pytest

from numerics.gradients.check import Avoid, Check, Input, Tolerance, integers, normal, uniform
from numerics.gradients.checks.activations import (
    away_from,
    hard_swish,
    hard_swish_vjp,
    relu,
    relu6,
    relu6_vjp,
    relu_vjp,
)
from numerics.gradients.run_checks import main

SMOOTH = Tolerance(1e-8, 1e-8, "smooth, third derivative of order one")
POSITIVE = (uniform("x", (8,), 0.5, 2.0),)


def check(function, vjp, inputs, **more):
    more.setdefault("tolerance", SMOOTH)
    return Check("tested", function, inputs, vjp=vjp, no_theorem_reason="a test", **more)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run one check; the exit code and stdout."""

    def run_check(declared, *arguments):
        module = types.ModuleType("declared_checks")
        module.CHECKS = (declared,)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        code = main(["--module", module.__name__, *arguments])
        return code, capsys.readouterr().out

    return run_check


def gate(x):
    return np.clip(x, 0.0, 1.0)


def gate_vjp(x, dy):
    return np.where((x > 0) & (x < 1), 7.0 * dy, 0.0)


@pytest.mark.parametrize(
    "declared",
    [
        check(gate, gate_vjp, (uniform("x", (8,), 3.0, 4.0),)),
        check(lambda x: np.ones(3), lambda x, dy: 0 * x, (normal("x", (4,)),)),
        check(relu, lambda x, dy: 5 * dy * (x > 0), (uniform("x", (6,), -3.0, -1.0),)),
        # One class: its probability is 1 whatever the logit.
        check(
            lambda z: np.exp(z) / np.exp(z).sum(), lambda z, dy: 0 * dy, (normal("z", (1,)),)
        ),
        # The gradient of one of two inputs.
        check(
            lambda x, w: x * np.zeros(3) + w,
            lambda x, w, dy: (0 * x, dy),
            (normal("x", (3,)), normal("w", (3,))),
        ),
    ],
    ids=["saturated", "constant", "dead", "one class", "one input of two"],
)
def test_a_comparison_of_zeros_is_refused(run, declared):
    code, out = run(declared)
    assert code == 1 and "every number compared for input" in out and "is zero" in out


def small_sine(scale, factor, absolute, **more):
    return check(
        lambda x: scale * np.sin(x),
        lambda x, dy: factor * scale * np.cos(x) * dy,
        (normal("x", (4,)),),
        tolerance=Tolerance(absolute, 1e-8, "as for smooth functions"),
        **more,
    )


@pytest.mark.parametrize("factor", [0.0, 0.55, 1.0, 1.45, 2.0])
@pytest.mark.parametrize("analytic", [False, True])
def test_a_tolerance_as_large_as_the_derivatives_is_refused(run, factor, analytic):
    code, out = run(small_sine(1e-7, factor, 1e-6, analytic=analytic))
    assert code == 1 and "so a claim 45% off would pass" in out
    code, _ = run(small_sine(1e-7, factor, 1e-13, analytic=analytic))
    assert (code == 0) == (factor == 1.0)


def test_a_tolerance_beyond_the_cap_needs_an_explanation_of_the_target(run):
    loose = small_sine(1.0, 1.0, 1e-3)
    code, out = run(loose)
    assert code == 1 and "above 0.0001; lower it, or say why in `explain` of the target" in out
    assert run(loose, "--explain", "tested=noise of a table of values")[0] == 0
    wide = small_sine(1.0, 1.0, 0.9)
    assert run(wide, "--explain", "tested=noise")[0] == 1
    relative = dataclasses.replace(wide, tolerance=Tolerance(0.0, 0.9, "generous"))
    assert run(relative, "--explain", "tested=noise")[0] == 1


def test_an_explanation_names_a_check_and_a_reason(run, capsys):
    assert run(small_sine(1.0, 1.0, 1e-8), "--explain", "other=noise")[0] == 1
    with pytest.raises(SystemExit):
        run(small_sine(1.0, 1.0, 1e-8), "--explain", "tested= ")


SCALES = np.array([1.0, 1.0, 1e-10])


@pytest.mark.parametrize(
    ("function", "vjp", "size"),
    [
        (lambda x: SCALES * np.sin(x), lambda x, dy: SCALES * np.cos(x) * dy, 3),
        (lambda x: SCALES * np.sin(x[0]), lambda x, dy: np.cos(x) * (SCALES @ dy), 1),
        (lambda x: np.array((SCALES * x).sum()), lambda x, dy: SCALES * dy, 3),
    ],
    ids=["one entry of each", "one output", "one input"],
)
def test_an_entry_that_is_smaller_than_the_tolerance_is_refused(run, function, vjp, size):
    code, out = run(check(function, vjp, (normal("x", (size,)),)))
    assert code == 1 and "is larger than the tolerance at entry 2 of the" in out
    told = (normal("x", (size,), flat="a weak coupling, compared elsewhere"),)
    assert run(check(function, vjp, told))[0] == 0


def leaky_vjp(x, dy):
    gradient = dy.copy()
    gradient[x < 0] *= 7.0
    return gradient


def loop_relu(x):
    return np.array([value if value > 0 else 0.0 * value for value in x])


ONE_SIDED = {
    "where": (relu, relu_vjp, POSITIVE, "`x.real > 0` false"),
    "maximum": (lambda x: np.maximum(x, 0.0), lambda x, dy: 1 * dy, POSITIVE, "kink of"),
    "abs": (np.abs, lambda x, dy: 1 * dy, POSITIVE, "kink of"),
    "mask": (lambda x: x * (x > 0), lambda x, dy: dy * (x > 0), POSITIVE, "`x > 0` false"),
    "index": (lambda x: 1 * x, leaky_vjp, POSITIVE, "`x < 0` true"),
    "scalar": (loop_relu, relu_vjp, POSITIVE, "`value > 0` false"),
    "upper kink": (relu6, relu6_vjp, (uniform("x", (8,), -2.0, 5.0),), "`x.real > 6` true"),
    "three parts": (
        hard_swish,
        hard_swish_vjp,
        (uniform("x", (8,), -5.0, 2.0),),
        "`x >= 3` true",
    ),
    "a label": (
        lambda x, k: np.where(k > 7, 2 * x, x),
        lambda x, k, dy: np.where(k > 7, 9 * dy, dy),
        (*POSITIVE, integers("k", (8,), 0, 3)),
        "`k > 7` true",
    ),
}


@pytest.mark.parametrize("case", ONE_SIDED.values(), ids=ONE_SIDED)
def test_a_branch_that_no_draw_takes_is_named(run, case):
    function, vjp, inputs, message = case
    code, out = run(check(function, vjp, inputs))
    assert code == 1 and message in out and "survives for want of inputs" in out


def test_both_sides_of_every_branch_pass(run):
    wide = (uniform("x", (40,), -8.0, 12.0),)
    for function, vjp, kinks in (
        (relu, relu_vjp, (0.0,)),
        (relu6, relu6_vjp, (0.0, 6.0)),
        (hard_swish, hard_swish_vjp, (-3.0, 3.0)),
        (loop_relu, relu_vjp, (0.0,)),
        (np.abs, lambda x, dy: np.sign(x) * dy, (0.0,)),
    ):
        avoid = Avoid(away_from(*kinks), 1e-3, "the kinks")
        code, out = run(check(function, vjp, wide, avoid=avoid))
        assert code == 0, out


def guarded(x):
    return x / np.maximum(np.sqrt((x * x).sum()), 1e-12)


def guarded_vjp(x, dy):
    norm = np.sqrt((x * x).sum())
    return dy / norm - x * (x @ dy) / norm**3


def test_a_guard_is_one_sided_for_a_reason(run):
    declared = check(guarded, guarded_vjp, (normal("x", (3,)),))
    code, out = run(declared)
    text = "np.maximum(np.sqrt((x * x).sum()), 1e-12)"
    assert code == 1 and f"one side of the kink of `{text}`" in out
    told = {text: "against division by zero"}
    assert run(dataclasses.replace(declared, one_sided=told))[0] == 0
    stale = {**told, "x > 0": "no reason"}
    code, out = run(dataclasses.replace(declared, one_sided=stale))
    assert code == 1 and "one_sided names `x > 0`" in out


def test_inputs_that_are_always_zero_hide_what_they_multiply(run):
    zeros = Input("w", (3,), lambda rng, shape: np.zeros(shape), differentiate=False)
    code, out = run(
        check(lambda x, w: x * w, lambda x, w, dy: 3 * w * dy, (normal("x", (3,)), zeros))
    )
    assert code == 1 and "input 'x' is zero" in out
