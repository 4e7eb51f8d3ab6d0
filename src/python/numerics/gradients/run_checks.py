"""Run the gradient checks that modules declare.

    python -m numerics.gradients.run_checks --module numerics.gradients.checks.dense

Exits with 0 only when there is at least one check and every check passes, with 1 when any fails or
a module cannot be used, and with 2 when the command line makes no sense.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import math
import re
import sys
from pathlib import Path

from numerics.gradients.check import Check
from numerics.gradients.evaluation import CheckResult, run_check
from numerics.gradients.finite_differences import DEFAULT_STEP
from numerics.gradients.report import as_json, as_table, plot_sweep

DEFAULT_DRAWS = 3
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class ModuleError(Exception):
    """A module named on the command line does not offer checks that can be run."""


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, run, report; the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.plot and importlib.util.find_spec("matplotlib") is None:
        parser.error("--plot needs matplotlib, which is not installed; install it or drop --plot")
    errors: list[str] = []
    results: list[CheckResult] = []
    try:
        checks = _select(_collect(options.module), options.check)
        results = [run_check(check, options.step, options.draws) for check in checks]
    except ModuleError as error:
        errors.append(str(error))
    report = as_json(options.module, options.step, options.draws, errors, results)
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(json.dumps(report, indent=2, allow_nan=False) + "\n")
    if options.plot:
        for result in results:
            if result.sweep:
                plot_sweep(result, options.plot)
    _print_outcome(errors, results)
    return 0 if report["passed"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run_checks", description="Run gradient checks.")
    parser.add_argument(
        "--module", action="append", required=True, help="module with a CHECKS tuple (repeatable)"
    )
    parser.add_argument(
        "--check", action="append", default=[], help="run only this check (repeatable)"
    )
    parser.add_argument(
        "--step", type=_step, default=DEFAULT_STEP, help="central difference step (%(default)s)"
    )
    parser.add_argument(
        "--draws", type=_draws, default=DEFAULT_DRAWS, help="draws per check (%(default)s)"
    )
    parser.add_argument("--report", type=Path, help="write the JSON report to this file")
    parser.add_argument("--plot", type=Path, help="write one PNG per check into this folder")
    return parser


def _step(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"the step is {text}; give a positive number")
    return value


def _draws(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} draws would check nothing; give 1 or more")
    return value


def _collect(modules: list[str]) -> list[Check]:
    """All checks of all modules. A name is also a seed and a file name: duplicates are refused."""
    checks: list[Check] = []
    origin: dict[str, str] = {}
    for module in modules:
        for check in _checks_of(module):
            if check.name in origin:
                raise ModuleError(
                    f"check {check.name!r} is declared in {origin[check.name]} and again in "
                    f"{module}; rename one"
                )
            origin[check.name] = module
            checks.append(check)
    return checks


def _checks_of(module: str) -> list[Check]:
    try:
        loaded = importlib.import_module(module)
    except Exception as error:  # whatever a user's module raises, the run reports it
        raise ModuleError(f"cannot import {module}: {type(error).__name__}: {error}") from error
    checks = list(getattr(loaded, "CHECKS", ()))
    if not checks:
        raise ModuleError(
            f"{module} declares no checks; list them in its module-level tuple CHECKS"
        )
    for item in checks:
        if not isinstance(item, Check):
            raise ModuleError(f"CHECKS of {module} holds a {type(item).__name__}, not a Check")
        if not NAME_PATTERN.fullmatch(item.name):
            raise ModuleError(
                f"{module}: check name {item.name!r} does not match {NAME_PATTERN.pattern}"
            )
    return checks


def _select(checks: list[Check], names: list[str]) -> list[Check]:
    known = {check.name: check for check in checks}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ModuleError(f"no check named {', '.join(unknown)}; there are: {', '.join(known)}")
    return [check for check in checks if not names or check.name in names]


def _print_outcome(errors: list[str], results: list[CheckResult]) -> None:
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    if not results:
        return
    print(as_table(results))
    for result in results:
        for failure in result.failures:
            print(f"{result.check.name}: {failure}")
    passed = sum(result.passed for result in results)
    print(f"{passed} of {len(results)} checks passed")


if __name__ == "__main__":
    sys.exit(main())
