"""Evaluate functions and claims as declared, each time on arrays of their own.

A function or a claim may write into what it is given: it changes nobody else's numbers.
"""

from __future__ import annotations

import numpy as np

from numerics.gradients.check import Check
from numerics.gradients.finite_differences import (
    EvaluationError,
    Values,
    evaluate,
    refuse_non_finite,
)


def outputs_at(
    check: Check, values: Values, position: int | None, points: np.ndarray, dtype: type
) -> np.ndarray:
    """The function with the input at `position` replaced by each of `points`, stacked.

    Without a position, the function at `values`, as the only entry.
    """
    moved = (
        [values]
        if position is None
        else [(*values[:position], point, *values[position + 1 :]) for point in points]
    )
    outputs = [evaluate(check.function, copies(each), dtype) for each in moved]
    shapes = {output.shape for output in outputs}
    if len(shapes) > 1:
        raise EvaluationError(f"the function's output has several shapes: {sorted(shapes)}")
    return np.stack(outputs)


def gradients_at(
    check: Check, values: Values, output_shape: tuple[int, ...], cotangents: np.ndarray
) -> Values:
    """The claim for each cotangent: one array per differentiated input, stacked.

    Raises `EvaluationError` when the claim has the wrong shape or dtype, or is not finite.
    """
    shapes = [values[k].shape for k in check.differentiated]
    if check.jacobian is not None:
        claimed = check.jacobian(*copies(values))
        jacobians = _arrays(check, claimed, [shape + output_shape for shape in shapes])
        return tuple(_contracted(each, cotangents, len(output_shape)) for each in jacobians)
    assert check.vjp is not None, "declaration_errors asks for one of the two"
    given = []
    for cotangent in cotangents:
        claimed = check.vjp(*copies(values), cotangent.copy())
        # Copies: a claim may return one buffer of its own again and again.
        given.append(copies(_arrays(check, claimed, shapes)))
    return tuple(np.stack(each) for each in zip(*given, strict=True))


def copies(values: Values) -> Values:
    return tuple(np.array(value) for value in values)


def _contracted(jacobian: np.ndarray, cotangents: np.ndarray, axes: int) -> np.ndarray:
    product = np.tensordot(jacobian, np.moveaxis(cotangents, 0, -1), axes=axes)
    return np.moveaxis(product, -1, 0)


def _arrays(check: Check, claimed: object, shapes: list[tuple[int, ...]]) -> Values:
    names = [check.inputs[k].name for k in check.differentiated]
    # With one input, a list is one array.
    several = isinstance(claimed, tuple) or (isinstance(claimed, list) and len(names) > 1)
    items = claimed if several else (claimed,)
    arrays = tuple(np.asarray(item) for item in items)
    if len(arrays) != len(names):
        raise EvaluationError(
            f"the claim returned {len(arrays)} arrays for {len(names)} differentiated inputs: "
            + ", ".join(names)
        )
    for name, array, shape in zip(names, arrays, shapes, strict=True):
        if array.shape != shape or array.dtype != np.float64:
            raise EvaluationError(
                f"the claim for input {name!r} has shape {array.shape} and dtype {array.dtype}; "
                f"want shape {shape} and dtype float64"
            )
        refuse_non_finite(array, f"the claim for input {name!r}")
    return arrays
