"""What a comparison can tell apart: which wrong claims would agree as well as the right one.

An entry of numeric value n, with |error| <= allowed accepted, tells a claim that is off by the
factor r apart when r |n| > allowed. So allowed / |n| is the entry's resolution: below it nothing
is seen. A comparison of numbers that are all zero, or all smaller than the tolerance, agrees with
every claim, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from numerics.gradients.check import Check

COARSEST = 0.45  # a claim that is this far off must be refused, whatever a target explains
FINE = 1e-4  # a coarser resolution needs an explanation


@dataclass(frozen=True, eq=False)
class Resolution:
    """Of one input: the best entry's; and of each entry of the input, and of the output, the best
    in its row or column, where these were compared one by one. It is infinite where all is zero.
    `largest` is the largest derivative, and `allowed` the widest tolerance.
    """

    position: int
    best: float
    of_input: np.ndarray | None
    of_output: np.ndarray | None
    largest: float
    allowed: float


def resolution_of(
    position: int, numeric: np.ndarray, allowed: np.ndarray, units: int, by_entry: bool
) -> Resolution:
    """`numeric` has a row for each tangent, and a column for each cotangent."""
    with np.errstate(divide="ignore"):
        ratio = allowed / np.abs(numeric)
    ratio[numeric == 0] = np.inf
    return Resolution(
        position,
        float(ratio.min()),
        ratio.min(axis=1) if by_entry else None,
        ratio[:, :units].min(axis=0) if by_entry and units else None,
        float(np.abs(numeric).max()),
        float(allowed.max()),
    )


def vacuous(
    check: Check, methods: Mapping[str, Iterable[Resolution]], explained: bool
) -> list[str]:
    """Why this check would pass wrong claims; `methods` has all draws of each method."""
    failures = []
    found = {method: list(each) for method, each in methods.items()}
    for position in check.differentiated:
        item = check.inputs[position]
        of_input = {
            method: [each for each in all_ if each.position == position]
            for method, all_ in found.items()
        }
        if not item.flat.strip():
            failures += _too_coarse(item.name, of_input, explained) or _hidden(item.name, of_input)
        elif min(each.best for draws in of_input.values() for each in draws) < COARSEST:
            failures += _too_coarse(item.name, of_input, explained)
        else:
            failures += _flat(check, position, found, explained)
    return failures


def _flat(
    check: Check, position: int, methods: Mapping[str, list[Resolution]], explained: bool
) -> list[str]:
    """An input in which everything is constant: a claim of zero is right, and others must not be.

    What is small for its derivatives is what is small for those in the inputs that are not flat.
    """
    name, cap = check.inputs[position].name, COARSEST if explained else FINE
    for method, draws in methods.items():
        others = [r.largest for r in draws if not check.inputs[r.position].flat.strip()]
        if not others:
            return [
                f"every input is said to be `flat`, and no derivative in input {name!r} is larger "
                "than the tolerance: nothing is compared; add an input in which the function "
                "changes, or draw points at which it does"
            ]
        allowed = max(each.allowed for each in draws if each.position == position)
        if not allowed <= cap * max(others):
            return [
                f"{method}: input {name!r} is said to be `flat`, and the tolerance of "
                f"{allowed:.2g} is above {cap:g} of the largest derivative in the other inputs, "
                f"{max(others):.2g}, so a claim that is not zero would pass; lower the tolerance"
            ]
    return []


def _too_coarse(name: str, methods: Mapping[str, list[Resolution]], explained: bool) -> list[str]:
    for method, draws in methods.items():
        best = min(each.best for each in draws)
        if best == np.inf:
            return [
                f"{method}: every number compared for input {name!r} is zero, so a claim of zero "
                "passes whatever the formula; draw points where the function is not constant, or "
                "say why it is in the input's `flat`"
            ]
        if best >= COARSEST:
            return [
                f"{method}: the tolerance is {best:.2g} times the largest derivative in input "
                f"{name!r}, so a claim {COARSEST:.0%} off would pass; lower the tolerance, draw "
                "larger derivatives, or say in the input's `flat` why they vanish"
            ]
        if best > FINE and not explained:
            return [
                f"{method}: the tolerance is {best:.2g} of the largest derivative in input "
                f"{name!r}, above {FINE:g}; lower it, or say why in `explain` of the target "
                "(--explain NAME=REASON)"
            ]
    return []


def _hidden(name: str, methods: Mapping[str, list[Resolution]]) -> list[str]:
    """Entries whose derivatives are there, but too small for any method to be compared."""
    failures = []
    for side, what in (("of_input", "input"), ("of_output", "output")):
        rows = [
            row
            for draws in methods.values()
            for each in draws
            if (row := getattr(each, side)) is not None
        ]
        best = np.min(rows, axis=0) if rows else np.zeros(0)
        hidden = np.flatnonzero((best >= COARSEST) & np.isfinite(best))
        if len(hidden):
            failures.append(
                f"no derivative in input {name!r} is larger than the tolerance at entry "
                f"{hidden[0]} of the {what} ({len(hidden)} of {len(best)} entries), so that a "
                "claim of zero there would pass; lower the tolerance, draw larger derivatives, or "
                "say in the input's `flat` why they vanish"
            )
    return failures
