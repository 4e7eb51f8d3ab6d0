"""Numeric directional derivatives in float64: central differences and the complex step.

Central differences have truncation error step^2 |f'''| / 6 and rounding error about
2^-53 |f| / step; the complex step (Squire and Trapp, SIAM Review 40(1), 1998) subtracts nothing and
so has neither for an analytic function, at any small step.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

DEFAULT_STEP = 1e-5
COMPLEX_STEP = 1e-30
SWEEP_STEPS = tuple(10.0**-k for k in range(2, 11))

Values = tuple[np.ndarray, ...]
# The outputs, stacked, where the input at a position is each of some points.
Outputs = Callable[[int, np.ndarray], np.ndarray]
# The directional derivatives, stacked, for the input at a position and some tangents, one a row.
Derivative = Callable[[int, np.ndarray], np.ndarray]


class EvaluationError(Exception):
    """A function or a claimed derivative returned something that cannot be compared."""


def evaluate(function: Callable[..., np.ndarray], values: Values, dtype: type) -> np.ndarray:
    """`function(*values)`, refused unless it is an array of this dtype with finite entries."""
    with warnings.catch_warnings():
        # A cast that drops imaginary parts would turn a complex step into zeros.
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        output = np.asarray(function(*values))
    if output.dtype != np.dtype(dtype):
        raise EvaluationError(f"the function returned dtype {output.dtype}, not {dtype.__name__}")
    if output.size == 0:
        raise EvaluationError(f"the function returned no entries (shape {output.shape})")
    refuse_non_finite(output, "the function's output")
    return output


def central_derivative(outputs: Outputs, values: Values, step: float) -> Derivative:
    """Directional derivatives by central differences."""

    def derivative(position: int, tangents: np.ndarray) -> np.ndarray:
        centre = values[position]
        shifts = step * tangents.reshape(-1, *centre.shape)
        upper, lower = centre + shifts, centre - shifts
        above, below = outputs(position, upper), outputs(position, lower)
        # Rounding makes the step taken differ from the step asked for; divide by the one taken.
        moves = (upper - lower) * shifts
        taken = moves.reshape(len(tangents), -1).sum(axis=1)
        asked = (shifts * shifts).reshape(len(tangents), -1).sum(axis=1)
        width = (taken / asked * step).reshape(-1, *[1] * (above.ndim - 1))
        return (above - below) / width

    return derivative


def complex_derivative(outputs: Outputs, values: Values) -> Derivative:
    """Directional derivatives by the complex step, Im f(x + i h t) / h, from complex outputs."""

    def derivative(position: int, tangents: np.ndarray) -> np.ndarray:
        centre = values[position]
        moved = centre + 1j * COMPLEX_STEP * tangents.reshape(-1, *centre.shape)
        return outputs(position, moved).imag / COMPLEX_STEP

    return derivative


def refuse_non_finite(array: np.ndarray, what: str) -> None:
    """Raise `EvaluationError` with the first NaN or infinity of the array and its index."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        index = tuple(int(k) for k in bad[0])
        raise EvaluationError(f"{what} holds {array[index]} at index {list(index)}")

