"""The vector-Jacobian oracle: one training step of one net, computed independently, must agree.

    python -m numerics.oracle.run_oracle --net conv.yaml --report out.json

Every corner takes the same float32 parameters and the same batch, and gives the loss (loss1), the
gradient of every parameter, and the loss of the same batch after one optimizer step (loss2).
Corners are compared with the most trusted one, jax-cpu, and with numpy-f64, within a
bound, or a multiple of the measured noise floor of this net where that is more. The comparison of
gradients is the sharper one: the first step of Adam is lr times nearly the sign of the gradient, so
that an entry that is zero but for rounding may move either way.

Exit status: 0 if every corner asked for was compared and agrees within the bounds; 1 if not; 2 for
a command line that makes no sense, or a NetSpec that cannot be used.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from numerics.corners.corner import CornerUnavailable
from numerics.corners.names import present, renamed
from numerics.gradients.resolution import COARSEST
from numerics.nets.load import load
from numerics.nets.spec import NetSpecError
from numerics.oracle import vacuous
from numerics.oracle.comparison import Bounds, PairResult, compare, not_finite
from numerics.oracle.noise import NO_FLOOR, Floor, measure
from numerics.oracle.problem import (
    OPTIMIZERS,
    STARTS,
    Outcome,
    Problem,
    Solver,
    pose,
)
from numerics.oracle.report import CornerResult, Run, as_table, findings
from numerics.oracle.solvers import SOLVERS, RulesNumpy

EXACT = "numpy-f64"
REFERENCES = ("jax-cpu", EXACT)
SAME_RULES = ("numpy-", "xla-", "iree-")  # the hand-derived rules, whatever runs them
MAX_ABS_STEP2 = 1e-5
MAX_ULP = 256.0
COARSEST_ULP = COARSEST * 2.0**23  # of float32, whose last place is 2**-23 of a number or less

Corners = Mapping[str, Callable[[], Solver]]


def main(arguments: list[str] | None = None, corners: Corners = SOLVERS) -> int:
    """Parse the command line, run, report; the exit status."""
    parser = _parser(corners)
    options = parser.parse_args(arguments)
    bounds = Bounds(options.max_abs_step2, options.max_ulp)
    _check(parser, options, bounds)
    try:
        spec = load(options.net)
    except NetSpecError as error:
        parser.error(f"--net: {error}")
    problem = pose(spec, options.optimizer, options.lr, options.batch, options.seed, options.start)
    former = renamed([*options.corners, *options.allow_missing])
    options.allow_missing = present(options.allow_missing)
    asked = present(options.corners)
    run = _run(problem, {c: corners[c] for c in corners if c in asked}, bounds, options)
    run = replace(run, notes=tuple(dict.fromkeys(former)))
    found = findings(run)
    if options.report:
        found.write(options.report)
    print(as_table(run))
    return found.exit_status


def _run(problem: Problem, corners: Corners, bounds: Bounds, options: argparse.Namespace) -> Run:
    run = Run(problem, options.seed, options.start, bounds, options.explain)
    if failures := vacuous.of_net(problem.spec):
        return replace(run, failures=tuple(failures))
    results, failures = _run_corners(problem, corners, options.allow_missing)
    exact = _exact(problem, results)
    if exact is None or not_finite(EXACT, exact):
        noise = NO_FLOOR
        failures.append("the noise floor is not known: the rules in float64 give no finite numbers")
    else:
        noise = measure(problem, exact)
        explained = bool((options.explain or "").strip())
        failures += vacuous.of_outcome(problem, exact, noise, bounds, explained)
    pairs, more = _compare(results, bounds, noise)
    failures += more
    if noise is not NO_FLOOR:
        failures += vacuous.of_pairs(pairs, noise, explained)
    failures += [failure for pair in pairs for failure in pair.failures]
    return replace(run, corners=results, pairs=pairs, noise=noise, failures=tuple(failures))


def _exact(problem: Problem, results: Mapping[str, CornerResult]) -> Outcome | None:
    """The float64 rules' outcome, which may be one of the corners."""
    if EXACT in results:
        return results[EXACT].outcome
    try:
        return RulesNumpy().run(problem)
    except Exception:  # as for a corner: what is wrong shows in the corners that use the rules
        return None


def _run_corners(
    problem: Problem, corners: Corners, allow_missing: Sequence[str]
) -> tuple[dict[str, CornerResult], list[str]]:
    """Every corner's result, most trusted first, and what went wrong."""
    results: dict[str, CornerResult] = {}
    failures: list[str] = []
    for name, make in corners.items():
        corner, versions = make(), {}
        try:
            versions = corner.versions()
            outcome = corner.run(problem)
        except CornerUnavailable as error:
            results[name] = CornerResult(versions, None, str(error))
            if name not in allow_missing:
                failures.append(
                    f"corner {name} is not available: {error}; to go on without it, "
                    f"pass --allow-missing {name}"
                )
        except Exception as error:  # a compiler's refusal is a finding, whatever its type
            told = f"{type(error).__name__}: {error}"
            results[name] = CornerResult(versions, None, told)
            failures.append(f"corner {name} raised {told}")
        else:
            results[name] = CornerResult(versions, outcome)
            failures += not_finite(name, outcome)
    return results, failures


def _compare(
    results: Mapping[str, CornerResult], bounds: Bounds, noise: Floor
) -> tuple[tuple[PairResult, ...], list[str]]:
    """Every finite outcome against each finite reference before it; or why there is no pair."""
    usable = {
        name: result.outcome
        for name, result in results.items()
        if result.outcome is not None and not not_finite(name, result.outcome)
    }
    names = list(usable)
    pairs = tuple(
        compare(name, usable[name], reference, usable[reference], bounds, noise)
        for reference in names
        if reference in REFERENCES
        for name in names[names.index(reference) + 1 :]
    )
    if pairs:
        return pairs, [] if any(map(_independent, pairs)) else [
            "every corner compared takes the same backward rules, so that a wrong one agrees with "
            "itself; let jax-cpu be among `corners`, and not missing"
        ]
    return (), [
        "nothing was compared: it takes two corners with finite results, one of them "
        f"{' or '.join(REFERENCES)}"
    ]


def _independent(pair: PairResult) -> bool:
    return not all(name.startswith(SAME_RULES) for name in (pair.corner, pair.against))


def _parser(corners: Corners) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="oracle", description="Compare one training step across pipelines and compilers."
    )
    parser.add_argument("--net", type=Path, required=True, help="the NetSpec, a YAML file")
    parser.add_argument(
        "--corners",
        type=lambda text: _names(text, corners),
        default=list(corners),
        help=f"separated by commas (default: all of {','.join(corners)})",
    )
    parser.add_argument(
        "--allow-missing",
        type=lambda text: _names(text, corners),
        default=[],
        help="corners, separated by commas, that this machine need not have",
    )
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adam", help="(%(default)s)")
    parser.add_argument("--lr", type=_positive, default=0.001, help="learning rate (%(default)s)")
    parser.add_argument("--batch", type=_count, default=4, help="examples (%(default)s)")
    parser.add_argument("--seed", type=int, default=314159, help="(%(default)s)")
    parser.add_argument(
        "--start",
        choices=STARTS,
        default="general",
        help="parameters in general position, or as training starts (%(default)s)",
    )
    parser.add_argument(
        "--max-abs-step2",
        type=_positive,
        default=MAX_ABS_STEP2,
        help="largest error of the loss after the step (%(default)s)",
    )
    parser.add_argument(
        "--max-ulp",
        type=_positive,
        default=MAX_ULP,
        help="largest error of loss1 and gradients, in float32 units in the last place of the "
        "tensor's largest magnitude (%(default)s)",
    )
    parser.add_argument("--explain", help="why a bound is looser than its default; required then")
    parser.add_argument("--report", type=Path, help="write the findings, JSON, to this file")
    return parser


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace, bounds: Bounds) -> None:
    for flag, value, default in (
        ("--max-abs-step2", bounds.max_abs_step2, MAX_ABS_STEP2),
        ("--max-ulp", bounds.max_ulp, MAX_ULP),
    ):
        if value > default and not (options.explain or "").strip():
            parser.error(
                f"{flag} is {value:g}, looser than {default:g}; say why with --explain, "
                "or leave it out"
            )
    if bounds.max_ulp >= COARSEST_ULP:
        parser.error(
            f"--max-ulp is {bounds.max_ulp:g}, at which a gradient {COARSEST:.0%} off, or of zero, "
            f"would pass; give less than {COARSEST_ULP:g}, whatever the explanation"
        )
    if not 0 <= options.seed < 2**64:
        parser.error(f"--seed is {options.seed}; it must be at least 0 and below 2**64")


def _names(text: str, corners: Corners) -> list[str]:
    """As they are written, which may be as they were once."""
    asked = text.split(",")
    for name, now in zip(asked, present(asked), strict=True):
        if now not in corners:
            raise argparse.ArgumentTypeError(
                f"there is no corner {name!r}; there are: {', '.join(corners)}"
            )
    if len(set(present(asked))) != len(asked):
        raise argparse.ArgumentTypeError(f"{text!r} names a corner twice")
    return asked


def _positive(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} examples would check nothing; give 1 or more")
    return value


if __name__ == "__main__":
    sys.exit(main())
