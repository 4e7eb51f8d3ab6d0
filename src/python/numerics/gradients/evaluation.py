"""Run one declared check: draw, differentiate both ways, compare, sweep the step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from numerics.gradients.check import Check, declaration_errors
from numerics.gradients.comparison import (
    Comparison,
    Probe,
    claimed_products,
    compare,
    plan_probes,
)
from numerics.gradients.drawing import DrawError, draw_inputs, generator
from numerics.gradients.finite_differences import (
    COMPLEX_STEP,
    SWEEP_STEPS,
    Values,
    central_derivative,
    complex_derivative,
    evaluate,
)


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
    """Everything known about one check; it passed exactly when `failures` is empty."""

    check: Check
    step: float
    failures: list[str] = field(default_factory=list)
    draws: list[DrawResult] = field(default_factory=list)
    sweep: list[SweepPoint] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True)
class _Prepared:
    """One draw, with what all ways to differentiate share."""

    values: Values
    attempts: int
    output: np.ndarray
    probes: list[Probe]
    claimed: list[np.ndarray]


def run_check(check: Check, step: float, draws: int) -> CheckResult:
    """Run every draw of a check. What the check raises is a failure, never an exception here."""
    result = CheckResult(check, step)
    result.failures.extend(declaration_errors(check, step))
    if result.failures:
        return result
    for draw in range(draws):
        try:
            # NumPy's warnings would only repeat what the refusal of NaN and infinity says.
            with np.errstate(all="ignore"):
                _run_draw(result, draw)
        except DrawError as error:
            result.failures.append(f"draw {draw}: {error}")
        except Exception as error:  # a user's function may raise anything
            result.failures.append(f"draw {draw}: {type(error).__name__}: {error}")
    return result


def _run_draw(result: CheckResult, draw: int) -> None:
    prepared = _prepare(result.check, draw)
    _compare_draw(result, prepared, draw)
    if draw == 0:
        _sweep_steps(result, prepared)


def _prepare(check: Check, draw: int) -> _Prepared:
    values, attempts = draw_inputs(check, draw)
    output = evaluate(check.function, values, np.float64)
    probes = plan_probes(check, values, output.size, generator(check.name, draw, "probes"))
    return _Prepared(
        values, attempts, output, probes, claimed_products(check, values, output, probes)
    )


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
    if step is None:
        derivative = complex_derivative(check.function, prepared.values)
        tolerance = check.complex_tolerance
    else:
        derivative = central_derivative(check.function, prepared.values, step)
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
