"""Draws, flat inputs and tolerances at which wrong formulas pass, and honest ones beside them."""

import sys
import types

import numpy as np
import pytest

from numerics.gradients import worker
from numerics.gradients.check import Check, Input, Tolerance, integers, normal
from numerics.gradients.vacuous_test import SMOOTH, check, run  # noqa: F401 (a fixture)


def drawn(name, sample, shape=(5,), **more):
    return Input(name, shape, lambda rng, size: np.array(sample(rng, size), float), **more)


def ones(rng, size):
    return np.ones(size)


def of(*values):
    return lambda rng, size: rng.choice(values, size)


def one_number(rng, size):
    return np.full(size, rng.standard_normal())


def cube(x):
    return x**3


REFUSED = {
    "always 1": (check(cube, lambda x, dy: 3 * x * dy, (drawn("x", ones),)), "all one number"),
    "0 and 1": (check(cube, lambda x, dy: 3 * x * dy, (drawn("x", of(0, 1)),)), "are 0, 1;"),
    "-1, 0 and 1": (
        check(cube, lambda x, dy: 3 * x**4 * dy, (drawn("x", of(-1, 0, 1)),)),
        "are -1, 0, 1;",
    ),
    "one entry for another": (
        check(lambda x: x**2, lambda x, dy: 2 * x[0] * dy, (drawn("x", one_number),)),
        "all one number on every draw",
    ),
    "a mask of ones": (
        check(
            lambda x, m: x * m,
            lambda x, m, dy: dy,
            (normal("x", (5,)), drawn("m", ones, differentiate=False)),
        ),
        "every entry of input 'm' is 1.0 on every draw",
    ),
    "one label": (
        check(
            lambda x, k: x * (1 + k),
            lambda x, k, dy: dy * (1 + k**2),
            (normal("x", (5,)), integers("k", (5,), 1, 2)),
        ),
        "every entry of input 'k' is 1 on every draw",
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_numbers_at_which_formulas_agree_are_refused(run, case):  # noqa: F811
    code, out = run(case[0])
    assert code == 1 and case[1] in out, out


HONEST = {
    "one number": (cube, lambda x, dy: 3 * x**2 * dy, (normal("x", ()),)),
    "whole numbers": (cube, lambda x, dy: 3 * x**2 * dy, (drawn("x", of(*range(1, 9))),)),
    "a mask": (
        lambda x, m: x * m,
        lambda x, m, dy: m * dy,
        (normal("x", (5,)), drawn("m", of(0, 1), differentiate=False)),
    ),
    "a number that is no variable": (
        lambda x, t: x * t,
        lambda x, t, dy: t * dy,
        (normal("x", (5,)), drawn("t", ones, (), differentiate=False)),
    ),
}


@pytest.mark.parametrize("case", HONEST.values(), ids=HONEST)
def test_draws_of_honest_checks_pass(run, case):  # noqa: F811
    code, out = run(check(*case))
    assert code == 0, out
    if not case[2][0].shape:
        assert run(check(*case), "--draws", "1")[0] == 0


WIDE = Tolerance(0.9, 0.9, "generous")


def told(name, shape=(4,)):
    return normal(name, shape, flat="rounding")


def softened(x, b):
    """A shift changes nothing."""
    powers = np.exp(x + b - (x + b).max())
    return powers / powers.sum()


def softened_vjp(of_shift, in_x=1.0):
    def vjp(x, b, dy):
        p = softened(x, b)
        return in_x * p * (dy - (p * dy).sum()), np.array(of_shift)

    return vjp


def softened_check(of_shift, tolerance=SMOOTH, in_x=1.0):
    inputs = (normal("x", (4,)), told("b", ()))
    return check(softened, softened_vjp(of_shift, in_x), inputs, tolerance=tolerance)


@pytest.mark.parametrize(
    ("function", "vjp"),
    [
        (lambda x: x**2, lambda x, dy: 3 * x * dy),
        (lambda x: 0.1 * np.sin(x), lambda x, dy: 0 * x),
        (lambda x: np.ones(4), lambda x, dy: np.full(4, 0.3)),
    ],
    ids=["another factor", "zero", "not zero"],
)
@pytest.mark.parametrize("arguments", [(), ("--explain", "tested=noise")])
def test_an_input_said_to_be_flat_is_compared(run, function, vjp, arguments):  # noqa: F811
    code, out = run(check(function, vjp, (told("x"),), tolerance=WIDE), *arguments)
    assert code == 1, out


def test_a_flat_input_beside_another_one(run):  # noqa: F811
    code, out = run(softened_check(0.0))
    assert code == 0, out
    assert run(softened_check(1e-3))[0] == 1
    code, out = run(softened_check(1e-3, Tolerance(2e-3, 1e-8, "wide")))
    assert code == 1 and "input 'b' is said to be `flat`, and the tolerance" in out
    code, out = run(check(lambda x: np.ones(4), lambda x, dy: 0 * x, (told("x"),)))
    assert code == 1 and "every input is said to be `flat`" in out


def test_large_numbers_have_large_tolerances(run):  # noqa: F811
    large = Tolerance(1e4, 1e-7, "rounding of values of 1e12")
    for factor in (1.0, 1.01):
        declared = check(
            lambda x: 1e12 * np.sin(x),
            lambda x, dy, factor=factor: factor * 1e12 * np.cos(x) * dy,
            (normal("x", (5,)),),
            tolerance=large,
        )
        assert (run(declared)[0] == 0) == (factor == 1.0)


def test_a_list_of_gradients_is_as_good_as_a_tuple(run):  # noqa: F811
    inputs = (normal("x", (3,)), normal("y", (3,)))
    code, out = run(check(lambda x, y: x * y, lambda x, y, dy: [y * dy, x * dy], inputs))
    assert code == 0, out


def test_numbers_of_numpy_are_numbers(run):  # noqa: F811
    size = np.int64(5)
    tolerance = Tolerance(np.float32(1e-8), np.float64(1e-8), "smooth")
    inputs = (normal("x", (size,)),)
    assert run(check(np.sin, lambda x, dy: np.cos(x) * dy, inputs, tolerance=tolerance))[0] == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"inputs": normal("x", (5,))}, "inputs is a Input; write a tuple of inputs, `(x,)`"),
        ({"inputs": (normal("x", 5),)}, "input 'x' has the shape 5; write a tuple"),
        ({"tolerance": (1e-8, 1e-8)}, "tolerance is a tuple; write Tolerance("),
    ],
)
def test_a_missing_comma_is_told(more, message):
    given = {"inputs": (normal("x", (5,)),), "tolerance": SMOOTH, **more}
    declared = Check("tested", np.sin, vjp=lambda x, dy: dy, no_theorem_reason="a test", **given)
    with pytest.raises(worker.ModuleError) as caught:
        worker._checks_of(_module_of(declared))
    assert "check 'tested': " in str(caught.value) and message in str(caught.value)


def _module_of(declared):
    module = types.ModuleType("malformed_checks")
    module.CHECKS = (declared,)
    sys.modules[module.__name__] = module
    return module.__name__
