"""Render the results of a run: JSON for machines, one line per check for people, V curves."""

from __future__ import annotations

import math
import platform
from pathlib import Path
from typing import Any

import numpy as np

from numerics.citation import citations_json
from numerics.findings import Findings, Formula
from numerics.gradients.check import Tolerance
from numerics.gradients.comparison import Comparison
from numerics.gradients.evaluation import CheckResult


def findings(
    modules: list[str], step: float, draws: int, errors: list[str], results: list[CheckResult]
) -> Findings:
    """A pure function of its arguments and the versions, without times or paths.

    `errors` concern the run as a whole; the run passed when there are none and every check passed.
    """
    explained = sum(bool(result.explanation) for result in results)
    more = "" if explained == 1 else "s"
    return Findings(
        judged=len(results),
        messages=[
            *errors,
            *(f"{r.check.name}: {said}" for r in results for said in r.failures),
        ],
        notes=[f"{explained} tolerance{more} explained"] if explained else [],
        formulas=[Formula(r.check.name, r.check.theorems) for r in results],
        evidence={
            "modules": modules,
            "python_version": platform.python_version(),
            "numpy_version": np.__version__,
            "step": step,
            "draws": draws,
            "errors": errors,
            "checks": [_check_as_json(result) for result in results],
        },
    )


def _check_as_json(result: CheckResult) -> dict[str, Any]:
    check = result.check
    return {
        "name": check.name,
        "passed": result.passed,
        "failures": result.failures,
        "explanation": result.explanation or None,
        "theorems": citations_json(check.theorems),
        "no_theorem_reason": check.no_theorem_reason or None,
        "inputs": [
            {
                "name": item.name,
                "shape": list(item.shape),
                "dtype": item.dtype,
                "differentiated": item.differentiate,
                "flat": item.flat or None,
            }
            for item in check.inputs
        ],
        "avoid": {"margin": check.avoid.margin, "why": check.avoid.why} if check.avoid else None,
        "tolerance": _tolerance_as_json(check.tolerance),
        "complex_tolerance": _tolerance_as_json(check.complex_tolerance)
        if check.analytic
        else None,
        "draws": [
            {
                "draw": draw.draw,
                "attempts": draw.attempts,
                "central": _comparison_as_json(draw.central),
                "complex": _comparison_as_json(draw.complex) if draw.complex else None,
            }
            for draw in result.draws
        ],
        "sweep": [
            {"step": point.step, "max_abs_error": _number(point.max_abs_error)}
            for point in result.sweep
        ],
        "one_sided": dict(check.one_sided),
    }


def _tolerance_as_json(tolerance: Tolerance) -> dict[str, Any]:
    return {
        "absolute": _number(tolerance.absolute),
        "relative": _number(tolerance.relative),
        "why": tolerance.why,
    }


def _comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "entries": comparison.entries,
        "max_abs_error": _number(comparison.max_abs_error),
        "max_relative_error": _number(comparison.max_relative_error),
        "resolution": [_number(each.best) for each in comparison.resolution],
        "worst": {
            "entry": comparison.worst.what,
            "claimed": _number(comparison.worst.claimed),
            "numeric": _number(comparison.worst.numeric),
            "allowed": _number(comparison.worst.allowed),
        },
    }


def _number(value: float) -> float | str:
    """JSON has no NaN and no infinity; write them as text rather than as invalid JSON."""
    return value if math.isfinite(value) else repr(value)


def as_table(results: list[CheckResult]) -> str:
    """One line per check: the largest errors over all draws, against the absolute tolerance."""
    width = max([len("check"), *(len(result.check.name) for result in results)])
    header = f"{'check':<{width}}  result  entries  central   complex   allowed  theorems"
    lines = [header]
    for result in results:
        central = [draw.central for draw in result.draws]
        complex_step = [draw.complex for draw in result.draws if draw.complex]
        lines.append(
            f"{result.check.name:<{width}}  {'pass' if result.passed else 'FAIL':<6}  "
            f"{sum(comparison.entries for comparison in central):>7}  "
            f"{_largest(central):<8}  {_largest(complex_step):<8}  "
            f"{result.check.tolerance.absolute:<7.1e}  {len(result.check.theorems)}"
        )
    return "\n".join(lines)


def _largest(comparisons: list[Comparison]) -> str:
    if not comparisons:
        return "-"
    return f"{max(comparison.max_abs_error for comparison in comparisons):.1e}"


def plot_sweep(result: CheckResult, folder: Path) -> Path:
    """Write the V curve of one check as `<folder>/<name>.png`. Needs matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    steps = np.array([point.step for point in result.sweep])
    # An error of exactly zero has no place on a logarithmic axis; draw it at machine epsilon.
    errors = [max(point.max_abs_error, np.finfo(np.float64).eps) for point in result.sweep]
    axes.loglog(steps, errors, marker="o", label="central differences")
    axes.axhline(result.check.tolerance.absolute, linestyle="--", label="absolute tolerance")
    axes.axvline(result.step, linestyle=":", label="step of the check")
    axes.set_xlabel("step")
    axes.set_ylabel("largest absolute error")
    axes.set_title(result.check.name)
    axes.legend()
    figure.tight_layout()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.check.name}.png"
    figure.savefig(path, dpi=100, metadata={"Software": None})
    pyplot.close(figure)
    return path
