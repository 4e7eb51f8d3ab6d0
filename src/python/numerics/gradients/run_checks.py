"""Run the gradient checks that modules declare.

    python -m numerics.gradients.run_checks --module numerics.gradients.checks.dense

Exits with 0 only when there is at least one check and every check passes, with 1 when any fails or
a module cannot be used, and with 2 when the command line makes no sense.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import sys
from pathlib import Path

from numerics.gradients.answers import Answers
from numerics.gradients.check import Check
from numerics.gradients.evaluation import CheckResult, run_check
from numerics.gradients.finite_differences import DEFAULT_STEP, EvaluationError
from numerics.gradients.processes import WorkerError
from numerics.gradients.report import as_table, findings, plot_sweep
from numerics.gradients.worker import ModuleError

DEFAULT_DRAWS = 3


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, run, report; the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.plot and importlib.util.find_spec("matplotlib") is None:
        parser.error("--plot needs matplotlib, which is not installed; install it or drop --plot")
    errors, results = _run(options)
    found = findings(options.module, options.step, options.draws, errors, results)
    if options.report:
        found.write(options.report)
    if options.plot and not _plotted(results, options.plot):
        errors.append("the plots could not be drawn")
    _print_outcome(errors, results)
    return 1 if errors else found.exit_status


def _run(options: argparse.Namespace) -> tuple[list[str], list[CheckResult]]:
    """What concerns the run as a whole, and the result of every check."""
    explained = dict(options.explain)
    with Answers() as answers:
        try:
            declared = answers.declare(options.module)
            _select(declared, [*explained])
            return [], [
                run_check(
                    check, answers, options.step, options.draws, explained.get(check.name, "")
                )
                for check in _select(declared, options.check)
            ]
        except (ModuleError, WorkerError, EvaluationError) as error:
            return [str(error)], []


def _plotted(results: list[CheckResult], folder: Path) -> bool:
    """In a fork: matplotlib is imported after a user's code ran, which may have put another in its
    place.
    """
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        for result in results:
            if result.sweep:
                plot_sweep(result, folder)
        os._exit(0)
    finally:
        os._exit(1)


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
    parser.add_argument(
        "--explain",
        action="append",
        default=[],
        type=_explanation,
        metavar="NAME=REASON",
        help="why the tolerance of this check may be above 1e-4 of the derivatives (repeatable)",
    )
    parser.add_argument("--report", type=Path, help="write the findings, JSON, to this file")
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


def _explanation(text: str) -> tuple[str, str]:
    name, _, reason = text.partition("=")
    if not reason.strip():
        raise argparse.ArgumentTypeError(f"{text!r} gives no reason; write NAME=REASON")
    return name, reason.strip()


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
