"""Run one declared check: draw, differentiate both ways, compare, sweep the step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numerics.gradients.answers import Answers
from numerics.gradients.branches import unreached
from numerics.gradients.check import Check, declaration_errors
from numerics.gradients.comparison import (
    Comparison,
    RANDOM_COTANGENTS,
    Probe,
    claimed_products,
    compare,
    cotangents_of,
    plan_probes,
)
from numerics.gradients.drawing import DrawError, generator
from numerics.gradients.finite_differences import (
    COMPLEX_STEP,
    SWEEP_STEPS,
    Values,
    central_derivative,
    complex_derivative,
)
from numerics.gradients.processes import WorkerError
from numerics.gradients.resolution import Resolution, vacuous
from numerics.gradients.special_values import too_special


@dataclass(frozen=True)
class DrawResult:
    """One draw: its attempts and its comparisons (complex is None unless analytic)."""

    draw: int
    attempts: int
    central: Comparison
    complex: Comparison | None


@dataclass(frozen=True)
class SweepPoint:
    """The largest absolute error of central differences at one step, on the first draw."""

    step: float
    max_abs_error: float


@dataclass
class CheckResult:
    """Everything known about one check; it passed exactly when `failures` is empty.

    `explanation` is why its tolerances may be coarse, and `decisions` are as in `branches`.
    `drawn` are the inputs of each draw.
    """

    check: Check
    step: float
    explanation: str = ""
    failures: list[str] = field(default_factory=list)
    draws: list[DrawResult] = field(default_factory=list)
    sweep: list[SweepPoint] = field(default_factory=list)
    decisions: list[list[Any]] = field(default_factory=list)
    drawn: list[Values] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True)
class _Prepared:
    """One draw, with what all ways to differentiate share."""

    answers: Answers
    values: Values
    attempts: int
    output: np.ndarray
    probes: list[Probe]
    claimed: list[np.ndarray]


def run_check(
    check: Check, answers: Answers, step: float, draws: int, explanation: str = ""
) -> CheckResult:
    """Run every draw of a check. What the check raises is a failure, never an exception here."""
    result = CheckResult(check, step, explanation)
    result.failures.extend(declaration_errors(check, step))
    if result.failures:
        return result
    for draw in range(draws):
        _guarded(result, f"draw {draw}: ", lambda: _run_draw(result, answers, draw))
    _guarded(result, "", lambda: result.failures.extend(answers.repeat(check)))
    # A draw that failed says nothing of what the others reach.
    if len(result.draws) == draws:
        result.failures += vacuous(check, _resolutions(result), bool(explanation.strip()))
        result.failures += too_special(check, result.drawn)
        result.failures += unreached(check, result.decisions)
    return result


def _guarded(result: CheckResult, where: str, action: Callable[[], None]) -> None:
    try:
        with np.errstate(all="ignore"):
            action()
    except (DrawError, WorkerError) as error:
        result.failures.append(f"{where}{error}")
    except Exception as error:  # numbers of a user may make anything fail
        result.failures.append(f"{where}{type(error).__name__}: {error}")


def _resolutions(result: CheckResult) -> dict[str, list[Resolution]]:
    """By method, of all draws."""
    found = {"central differences": [r for draw in result.draws for r in draw.central.resolution]}
    if result.check.analytic:
        found["complex step"] = [
            r for draw in result.draws if draw.complex for r in draw.complex.resolution
        ]
    return found


def _run_draw(result: CheckResult, answers: Answers, draw: int) -> None:
    prepared = _prepare(result.check, answers, draw)
    result.drawn.append(prepared.values)
    _compare_draw(result, prepared, draw)
    if draw == 0:
        _sweep_steps(result, prepared)
    random = cotangents_of(prepared.probes)[-RANDOM_COTANGENTS:]
    shaped = random.reshape(-1, *prepared.output.shape)
    result.decisions += answers.decisions(result.check, prepared.values, shaped)


def _prepare(check: Check, answers: Answers, draw: int) -> _Prepared:
    values, attempts = answers.draw(check, draw)
    output = answers.output(check, values)
    probes = plan_probes(check, values, output.size, generator(check.name, draw, "probes"))
    cotangents = cotangents_of(probes).reshape(-1, *output.shape)
    claimed = claimed_products(probes, answers.gradients(check, values, cotangents))
    return _Prepared(answers, values, attempts, output, probes, claimed)


def _compare_draw(result: CheckResult, prepared: _Prepared, draw: int) -> None:
    check = result.check
    central = _compare(check, prepared, step=result.step)
    _judge(result, central, draw, f"central differences, step {result.step:g}")
    complex_comparison = None
    if check.analytic:
        complex_comparison = _compare(check, prepared, step=None)
        _judge(result, complex_comparison, draw, f"complex step {COMPLEX_STEP:g}")
    result.draws.append(DrawResult(draw, prepared.attempts, central, complex_comparison))


def _sweep_steps(result: CheckResult, prepared: _Prepared) -> None:
    """The V-shaped curve: no error on it fails the check, but a NaN or an infinity does."""
    for step in SWEEP_STEPS:
        comparison = _compare(result.check, prepared, step=step)
        result.sweep.append(SweepPoint(step, comparison.max_abs_error))


def _compare(check: Check, prepared: _Prepared, step: float | None) -> Comparison:
    """Compare with central differences at this step, or with the complex step when it is None."""
    dtype = np.complex128 if step is None else np.float64
    outputs = prepared.answers.outputs(check, prepared.values, dtype)
    if step is None:
        derivative = complex_derivative(outputs, prepared.values)
        tolerance = check.complex_tolerance
    else:
        derivative = central_derivative(outputs, prepared.values, step)
        tolerance = check.tolerance
    return compare(
        check,
        prepared.values,
        prepared.output,
        prepared.probes,
        prepared.claimed,
        derivative,
        tolerance,
    )


def _judge(result: CheckResult, comparison: Comparison, draw: int, method: str) -> None:
    if comparison.passed:
        return
    worst = comparison.worst
    result.failures.append(
        f"draw {draw}, {method}: {worst.what}: claimed {worst.claimed!r}, numeric "
        f"{worst.numeric!r}, difference {worst.error:.3g}, allowed {worst.allowed:.3g}"
    )
