"""What is compared, at each size, and that each wrong claim is named."""

import dataclasses

import numpy as np
import pytest

from numerics.gradients.check import Check, Tolerance, normal
from numerics.gradients.claims import gradients_at, outputs_at
from numerics.gradients.comparison import (
    claimed_products,
    compare,
    cotangents_of,
    plan_probes,
)
from numerics.gradients.drawing import draw_inputs, generator
from numerics.gradients.finite_differences import EvaluationError, central_derivative

EXACT = Tolerance(1e-9, 1e-9, "affine functions")


def double(size):
    return Check(
        "double", lambda x: 2 * x, (normal("x", (size,)),), EXACT, vjp=lambda x, dy: 2 * dy
    )


def run(check):
    values, _ = draw_inputs(check, 0)
    output = check.function(*values)
    probes = plan_probes(check, values, output.size, generator(check.name, 0, "probes"))
    cotangents = cotangents_of(probes).reshape(-1, *output.shape)
    claimed = claimed_products(probes, gradients_at(check, values, output.shape, cotangents))

    def outputs(position, points):
        return outputs_at(check, values, position, points, np.float64)

    derivative = central_derivative(outputs, values, 1e-5)
    return compare(check, values, output, probes, claimed, derivative, check.tolerance)


@pytest.mark.parametrize(("size", "entries"), [(3, 3 * (3 + 2)), (100, 100 * 2), (2000, 8 * 2)])
def test_jacobian_then_gradients_then_directions(size, entries):
    comparison = run(double(size))
    assert comparison.passed and comparison.entries == entries


@pytest.mark.parametrize("size", [3, 100, 2000])
def test_one_wrong_entry_is_found_at_every_size(size):
    def wrong(x, dy):
        gradient = 2 * dy
        gradient[1] *= 1.5
        return gradient

    comparison = run(dataclasses.replace(double(size), vjp=wrong))
    assert not comparison.passed
    if size == 3:
        assert comparison.worst.what == "d output[1] / d x[1]"
    if size == 100:
        assert comparison.worst.what.endswith("output> / d x[1]")


def test_the_worst_entry_carries_both_values():
    def wrong(x, dy):
        return 2 * dy + np.array([0.0, 0.0, 3.0 * dy[0]])

    worst = run(dataclasses.replace(double(3), vjp=wrong)).worst
    assert worst.what == "d output[0] / d x[2]"
    assert worst.error == pytest.approx(abs(worst.claimed - worst.numeric))
    assert worst.error > worst.allowed


def test_a_claim_that_is_not_linear_in_the_cotangent_is_found():
    check = dataclasses.replace(double(3), vjp=lambda x, dy: 2 * dy**3)
    comparison = run(check)
    assert not comparison.passed and "random cotangent" in comparison.worst.what


def test_a_jacobian_is_indexed_input_first():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    right = Check(
        "linear", lambda x: x @ matrix, (normal("x", (2,)),), EXACT, jacobian=lambda x: matrix
    )
    assert run(right).passed
    assert not run(dataclasses.replace(right, jacobian=lambda x: matrix.T)).passed


def test_a_scalar_input_and_a_scalar_output_are_described():
    check = Check(
        "scalar", lambda s: s * 3.0, (normal("s", ()),), EXACT, jacobian=lambda s: np.array(3.0)
    )
    comparison = run(check)
    assert comparison.passed and comparison.worst.what.endswith("/ d s")


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (lambda x, dy: 2 * dy[:2], r"shape \(2,\)"),
        (lambda x, dy: (2 * dy).astype(np.float32), "dtype float32"),
        (lambda x, dy: (dy, dy), "returned 2 arrays for 1 differentiated inputs: x"),
        (lambda x, dy: np.where(dy > 0, np.nan, 0.0), r"claim for input 'x' holds nan at index"),
    ],
)
def test_a_claim_that_cannot_be_compared_is_refused(claim, message):
    with pytest.raises(EvaluationError, match=message):
        run(dataclasses.replace(double(3), vjp=claim))


def test_a_numeric_derivative_that_overflows_is_refused():
    check = Check(
        "jump",
        lambda x: np.where(x > 0, 1e308, -1e308),
        (normal("x", (1,), scale=1e-9),),
        EXACT,
        vjp=lambda x, dy: 0 * dy,
    )
    with np.errstate(over="ignore"), pytest.raises(EvaluationError, match="derivative in x holds"):
        run(check)
