"""A check's declaration as JSON: what the process that judges knows of it, without its code."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, Input, Tolerance


def as_words(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "inputs": [
            {
                "name": item.name,
                "shape": list(item.shape),
                "dtype": item.dtype,
                "differentiate": item.differentiate,
                "flat": item.flat,
            }
            for item in check.inputs
        ],
        "tolerance": asdict(check.tolerance),
        "complex_tolerance": asdict(check.complex_tolerance),
        "vjp": check.vjp is not None,
        "jacobian": check.jacobian is not None,
        "analytic": check.analytic,
        "avoid": check.avoid and {"margin": check.avoid.margin, "why": check.avoid.why},
        # What is no citation stays what it was, so that it is refused for that.
        "theorems": [asdict(c) if isinstance(c, Citation) else str(c) for c in check.theorems],
        "no_theorem_reason": check.no_theorem_reason,
        "one_sided": dict(check.one_sided),
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
