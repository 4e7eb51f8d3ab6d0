"""The differences on functions whose derivatives are known in closed form."""

import numpy as np
import pytest

from numerics.gradients.finite_differences import (
    COMPLEX_STEP,
    EvaluationError,
    central_derivative,
    complex_derivative,
    evaluate,
)



def outputs_of(function, values, dtype=np.float64):
    def outputs(position, points):
        moved = [(*values[:position], p, *values[position + 1 :]) for p in points]
        return np.stack([evaluate(function, each, dtype) for each in moved])

    return outputs


def central(function, values, step, position, tangent):
    derivative = central_derivative(outputs_of(function, values), values, step)
    return derivative(position, tangent[None])[0]


def complex_(function, values, position, tangent):
    outputs = outputs_of(function, values, np.complex128)
    return complex_derivative(outputs, values)(position, tangent[None])[0]


POINT = (np.array([0.3, -1.2, 2.0]),)
TANGENT = np.array([1.0, -2.0, 0.5])


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (np.exp, np.exp),
        (np.sin, np.cos),
        (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        (lambda x: x**3, lambda x: 3 * x**2),
    ],
)
def test_both_methods_find_known_derivatives(function, slope):
    expected = slope(POINT[0]) * TANGENT
    difference = central(function, POINT, 1e-5, 0, TANGENT)
    complex_step = complex_(function, POINT, 0, TANGENT)
    assert np.abs(difference - expected).max() < 1e-8
    assert np.abs(complex_step - expected).max() < 1e-14 * np.abs(expected).max() * 4


def test_central_error_shrinks_with_the_square_of_the_step():
    errors = [
        np.abs(central(np.exp, POINT, step, 0, TANGENT) - np.exp(POINT[0]) * TANGENT)
        for step in (1e-2, 1e-3)
    ]
    assert errors[0].max() / errors[1].max() == pytest.approx(100, rel=0.01)


def test_small_steps_lose_digits_to_rounding():
    exact = np.exp(POINT[0]) * TANGENT
    error = {
        step: np.abs(central(np.exp, POINT, step, 0, TANGENT) - exact).max()
        for step in (1e-5, 1e-10)
    }
    assert error[1e-10] > 100 * error[1e-5]


def test_differences_divide_by_the_step_really_taken():
    point = (np.array([3.0]),)
    slope = central(lambda x: x, point, 1e-5, 0, np.ones(1))
    assert slope[0] == 1.0


def test_only_the_chosen_input_moves():
    values = (np.array([2.0]), np.array([5.0]))
    for position, slope in ((0, 5.0), (1, 2.0)):
        found = central(lambda a, b: a * b, values, 1e-5, position, np.ones(1))
        assert found[0] == pytest.approx(slope)


def test_central_difference_at_a_kink_is_between_both_slopes():
    assert central(np.abs, (np.zeros(1),), 1e-5, 0, np.ones(1))[0] == 0.0


def test_complex_step_is_small_enough_to_vanish_beside_the_point():
    assert 1.0 + COMPLEX_STEP**2 == 1.0 and COMPLEX_STEP > 0


def test_evaluate_names_the_first_non_finite_entry():
    with pytest.raises(EvaluationError, match=r"function's output holds nan at index \[1\]"):
        evaluate(lambda x: np.where(x > 0, x, np.nan), (np.array([1.0, -1.0]),), np.float64)


def test_evaluate_reports_a_scalar_nan():
    with pytest.raises(EvaluationError, match=r"holds inf at index \[\]"):
        evaluate(lambda x: x.sum() * np.inf, (np.array([1000.0]),), np.float64)


def test_evaluate_refuses_other_dtypes_and_empty_outputs():
    with pytest.raises(EvaluationError, match="returned dtype float32, not float64"):
        evaluate(lambda x: x.astype(np.float32), POINT, np.float64)
    with pytest.raises(EvaluationError, match="no entries"):
        evaluate(lambda x: x[:0], POINT, np.float64)


def test_complex_step_refuses_a_function_that_drops_imaginary_parts():
    with pytest.raises(EvaluationError, match="returned dtype float64, not complex128"):
        complex_(np.abs, POINT, 0, TANGENT)

    def fills_a_real_array(x):
        result = np.empty(x.shape)
        result[:] = x
        return result

    with pytest.raises(np.exceptions.ComplexWarning):
        complex_(fills_a_real_array, POINT, 0, TANGENT)
