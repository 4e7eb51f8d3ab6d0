"""A check's declaration as JSON: what the process that judges knows of it, without its code."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, Input, Tolerance


def type_errors(check: Check) -> list[str]:
    """The fields that are not what `Check` declares, such as a tuple without its comma."""
    if not isinstance(check.inputs, (tuple, list)):
        return [f"inputs is a {_type(check.inputs)}; write a tuple of inputs, `(x,)`"]
    errors = []
    for item in check.inputs:
        if not isinstance(item, Input):
            errors.append(f"inputs holds a {_type(item)}, not an Input")
        elif not isinstance(item.shape, (tuple, list)) or not all(map(_is_size, item.shape)):
            errors.append(
                f"input {item.name!r} has the shape {item.shape!r}; write a tuple of whole "
                "numbers, `(5,)`"
            )
    for field in ("tolerance", "complex_tolerance"):
        value = getattr(check, field)
        if not isinstance(value, Tolerance):
            errors.append(f"{field} is a {_type(value)}; write Tolerance(absolute, relative, why)")
    if check.avoid is not None and not isinstance(check.avoid, Avoid):
        errors.append(f"avoid is a {_type(check.avoid)}; write Avoid(distance, margin, why)")
    if not isinstance(check.theorems, (tuple, list)):
        errors.append(f"theorems is a {_type(check.theorems)}; write a tuple, `(Citation(...),)`")
    return errors


def _type(value: object) -> str:
    return type(value).__name__


def _is_size(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and value >= 0


def as_words(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "inputs": [
            {
                "name": item.name,
                "shape": [int(size) for size in item.shape],
                "dtype": item.dtype,
                "differentiate": item.differentiate,
                "flat": item.flat,
            }
            for item in check.inputs
        ],
        "tolerance": _tolerance(check.tolerance),
        "complex_tolerance": _tolerance(check.complex_tolerance),
        "vjp": check.vjp is not None,
        "jacobian": check.jacobian is not None,
        "analytic": check.analytic,
        "avoid": check.avoid and {"margin": float(check.avoid.margin), "why": check.avoid.why},
        # What is no citation stays what it was, so that it is refused for that.
        "theorems": [asdict(c) if isinstance(c, Citation) else str(c) for c in check.theorems],
        "no_theorem_reason": check.no_theorem_reason,
        "one_sided": dict(check.one_sided),
    }


def _tolerance(tolerance: Tolerance) -> dict[str, Any]:
    """Its numbers may be NumPy's."""
    return {
        "absolute": float(tolerance.absolute),
        "relative": float(tolerance.relative),
        "why": tolerance.why,
    }


def from_words(words: dict[str, Any]) -> Check:
    """The declaration; its functions are only known to be there, and cannot be called."""
    avoid = words["avoid"]
    return Check(
        name=words["name"],
        function=_elsewhere,
        inputs=tuple(
            Input(
                item["name"],
                tuple(item["shape"]),
                _elsewhere,
                item["dtype"],
                item["differentiate"],
                item["flat"],
            )
            for item in words["inputs"]
        ),
        tolerance=Tolerance(**words["tolerance"]),
        vjp=_elsewhere if words["vjp"] else None,
        jacobian=_elsewhere if words["jacobian"] else None,
        analytic=words["analytic"],
        complex_tolerance=Tolerance(**words["complex_tolerance"]),
        avoid=Avoid(_elsewhere, avoid["margin"], avoid["why"]) if avoid else None,
        theorems=tuple(Citation(**c) if isinstance(c, dict) else c for c in words["theorems"]),
        no_theorem_reason=words["no_theorem_reason"],
        one_sided=words["one_sided"],
    )


def _elsewhere(*_: object) -> Any:
    raise AssertionError("the code of a check runs in a worker")
