"""Declare a gradient check: a function, the derivative claimed for it, and how to test the claim.

A module that wants its formulas checked imports this file, builds `Check` objects, and lists them
in a module-level tuple named `CHECKS`; `numerics.gradients.run_checks` finds them there.

Orientation: for an input x and an output y the Jacobian is indexed input coordinates first, output
coordinates second, so that a vector-Jacobian product is sum_j J[i, j] * dy[j].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numerics.citation import Citation, citation_errors

Array = np.ndarray
Sample = Callable[[np.random.Generator, tuple[int, ...]], Array]


@dataclass(frozen=True)
class Input:
    """One argument of the function under test.

    `sample(rng, shape)` must return an array of exactly this shape and dtype. Only float64 inputs
    can be differentiated; an int64 input (a label, an index) is drawn and then held fixed.

    `flat` is why the function is constant in this input, or in some entries of it, but for
    rounding. Without a reason, an entry whose derivatives are too small to be compared is refused.
    """

    name: str
    shape: tuple[int, ...]
    sample: Sample
    dtype: str = "float64"
    differentiate: bool = True
    flat: str = ""


def normal(
    name: str,
    shape: tuple[int, ...],
    *,
    mean: float = 0.0,
    scale: float = 1.0,
    differentiate: bool = True,
    flat: str = "",
) -> Input:
    """A float64 input with independent normal entries."""

    def sample(rng: np.random.Generator, size: tuple[int, ...]) -> Array:
        return mean + scale * rng.standard_normal(size)

    return Input(name, shape, sample, differentiate=differentiate, flat=flat)


def uniform(
    name: str,
    shape: tuple[int, ...],
    low: float,
    high: float,
    *,
    differentiate: bool = True,
    flat: str = "",
) -> Input:
    """A float64 input with independent entries, uniform on [low, high)."""

    def sample(rng: np.random.Generator, size: tuple[int, ...]) -> Array:
        return low + (high - low) * rng.random(size)

    return Input(name, shape, sample, differentiate=differentiate, flat=flat)


def integers(name: str, shape: tuple[int, ...], low: int, high: int) -> Input:
    """An int64 input (never differentiated) with entries uniform on low, ..., high - 1."""

    def sample(rng: np.random.Generator, size: tuple[int, ...]) -> Array:
        return np.asarray(rng.integers(low, high, size=size), dtype=np.int64)

    return Input(name, shape, sample, dtype="int64", differentiate=False)


@dataclass(frozen=True)
class Tolerance:
    """An entry agrees when |claimed - numeric| <= absolute + relative * |numeric|."""

    absolute: float
    relative: float
    why: str


@dataclass(frozen=True)
class Avoid:
    """Points the draws must stay away from: kinks, ties, near-singular denominators.

    `distance(*inputs)` returns the distances to the points avoided; a draw is repeated until the
    smallest of them is at least `margin`. The runner wants margin >= 10 * step, so that the
    differences cannot straddle a kink.
    """

    distance: Callable[..., Any]
    margin: float
    why: str


COMPLEX_STEP_TOLERANCE = Tolerance(
    absolute=1e-12,
    relative=1e-12,
    why="the complex step subtracts nothing, so only the rounding of both evaluations is left",
)


@dataclass(frozen=True)
class Check:
    """One claim, and how to test it.

    name: unique in a run; also the seed of the draws.
    function: `function(*inputs)` -> float64 array (complex128 when called with complex inputs).
    inputs: the arguments, in order.
    tolerance: for central differences at the default step.
    vjp: `vjp(*inputs, cotangent)` -> a tuple with one gradient per differentiated input, in order
        (a bare array when there is one); the cotangent has the shape of the function's output.
    jacobian: `jacobian(*inputs)` -> likewise, arrays of shape input.shape + output.shape.
        Exactly one of `vjp` and `jacobian` is given.
    analytic: the function as written also evaluates its analytic continuation near the drawn
        points, so that the complex step applies. Branches must look at real parts only.
    theorems: the theorems this formula stands beside, and how far each reaches.
    no_theorem_reason: why `theorems` is empty; required exactly then.
    one_sided: comparisons, as the source has them, that come out one way on every draw, such as a
        guard against division by zero -> why that is right.
    """

    name: str
    function: Callable[..., Array]
    inputs: tuple[Input, ...]
    tolerance: Tolerance
    vjp: Callable[..., Any] | None = None
    jacobian: Callable[..., Any] | None = None
    analytic: bool = False
    complex_tolerance: Tolerance = COMPLEX_STEP_TOLERANCE
    avoid: Avoid | None = None
    theorems: tuple[Citation, ...] = ()
    no_theorem_reason: str = ""
    one_sided: Mapping[str, str] = field(default_factory=dict)

    @property
    def differentiated(self) -> tuple[int, ...]:
        """Positions of the differentiated inputs."""
        return tuple(k for k, item in enumerate(self.inputs) if item.differentiate)


def declaration_errors(check: Check, step: float) -> list[str]:
    """What is wrong with the declaration itself, before anything is evaluated."""
    return [
        *_claim_errors(check),
        *_input_errors(check),
        *_tolerance_errors(check.tolerance, "tolerance"),
        *(
            _tolerance_errors(check.complex_tolerance, "complex_tolerance")
            if check.analytic
            else ()
        ),
        *_avoid_errors(check.avoid, step),
        *_theorem_errors(check),
    ]


def _claim_errors(check: Check) -> list[str]:
    if (check.vjp is None) == (check.jacobian is None):
        return ["give exactly one of vjp= and jacobian="]
    return []


def _input_errors(check: Check) -> list[str]:
    if not check.inputs:
        return ["the check has no inputs; declare at least one"]
    errors = []
    names = [item.name for item in check.inputs]
    for name in sorted({name for name in names if names.count(name) > 1}):
        errors.append(f"input name {name!r} is used {names.count(name)} times; make it unique")
    for item in check.inputs:
        if 0 in item.shape:
            errors.append(f"input {item.name!r} has shape {item.shape}: no entry to draw")
        if item.dtype not in ("float64", "int64"):
            errors.append(f"input {item.name!r} has dtype {item.dtype}; use float64 or int64")
        elif item.differentiate and item.dtype != "float64":
            errors.append(f"input {item.name!r} is {item.dtype}; only float64 is differentiated")
    if not check.differentiated:
        errors.append("no input is differentiated; set differentiate=True on at least one")
    return errors


def _tolerance_errors(tolerance: Tolerance, field: str) -> list[str]:
    errors = []
    for part in ("absolute", "relative"):
        value = getattr(tolerance, part)
        # How much an absolute tolerance is depends on the derivatives.
        if not 0 <= value < (1 if part == "relative" else math.inf):
            wanted = "a number in [0, 1)" if part == "relative" else "a finite number, at least 0"
            errors.append(f"{field}.{part} is {value}; give {wanted}")
    if not tolerance.why.strip():
        errors.append(f"{field}.why is empty; say why this tolerance is right")
    return errors


def _avoid_errors(avoid: Avoid | None, step: float) -> list[str]:
    if avoid is None:
        return []
    errors = []
    if not avoid.margin >= 10 * step:
        errors.append(
            f"avoid.margin is {avoid.margin}, below ten times the step {step}: the differences "
            "could straddle a kink; raise the margin or lower --step"
        )
    if not avoid.why.strip():
        errors.append("avoid.why is empty; say what the draws stay away from")
    return errors


def _theorem_errors(check: Check) -> list[str]:
    if not check.theorems:
        if check.no_theorem_reason.strip():
            return []
        return ["theorems is empty and no_theorem_reason does not say why"]
    errors = citation_errors(check.theorems)
    if check.no_theorem_reason:
        errors.append("no_theorem_reason is given although theorems is not empty; drop one")
    return errors
