"""Compares traces of the same runs, pair by pair.

    python -m numerics.traces.compare REQUEST.json

See `request` for the JSON. Writes report.json, table.md and plots/*.png. Exit status: 0 every pair
is within its bounds; 1 not so, or there is nothing to compare; 2 the request makes no sense.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numerics.findings import Findings
from numerics.traces.comparison import (
    Failure,
    Pair,
    compare,
    different_identity,
    failures,
    incomparable,
    pair_as_json,
)
from numerics.traces.reader import TraceError, read
from numerics.traces.request import Request, from_json, group_of
from numerics.traces.table import markdown
from numerics.traces.trace import Trace


@dataclass(frozen=True)
class Outcome:
    """`messages` say what is wrong, one line each; there are none if all is well."""

    traces: Mapping[str, Trace]
    pairs: tuple[Pair, ...]
    failures: tuple[Failure, ...]
    messages: tuple[str, ...]


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, compare, report; the exit status."""
    parser = argparse.ArgumentParser(prog="compare", description="Compare training traces.")
    parser.add_argument("request", type=Path, help="JSON; see the module's text")
    parser.add_argument("--no-plots", action="store_true", help="leave the plots out")
    options = parser.parse_args(arguments)
    try:
        request = from_json(json.loads(options.request.read_text()))
    except (OSError, ValueError) as error:
        parser.error(f"{options.request}: {error}")
    outcome = judge(request)
    _write(request, outcome, plots=not options.no_plots)
    for message in outcome.messages:
        print(message, file=sys.stderr)
    return findings(request, outcome).exit_status


def judge(request: Request) -> Outcome:
    """Reads every trace, and compares all pairs within each group."""
    traces: dict[str, Trace] = {}
    messages: list[str] = []
    for name, path in request.paths.items():
        try:
            traces[name] = read(path)
        except (OSError, TraceError) as error:
            messages.append(f"{name}: {error}")
    pairs: list[Pair] = []
    broken: list[Failure] = []
    for first, second in itertools.combinations(traces, 2):
        if group_of(first) != group_of(second):
            continue
        other = different_identity(traces[first], traces[second])
        if other:
            messages.append(f"{first} and {second} are not of one run: {'; '.join(other)}")
            continue
        vacuous = incomparable(traces[first], traces[second])
        if vacuous:
            messages.append(f"{first} and {second} compare nothing: {'; '.join(vacuous)}")
            continue
        pair = compare((first, second), traces[first], traces[second])
        pairs.append(pair)
        broken += failures(pair, request.bounds(first, second))
    alone = [name for name in traces if not any(name in pair.names for pair in pairs)]
    messages += [f"{name}: there is no other trace to compare it with" for name in alone]
    if not request.paths:
        messages.append("there is no trace to compare")
    messages += [failure.text for failure in broken]
    return Outcome(traces, tuple(pairs), tuple(broken), tuple(messages))


def findings(request: Request, outcome: Outcome) -> Findings:
    return Findings(len(outcome.pairs), outcome.messages, _evidence(request, outcome))


def _evidence(request: Request, outcome: Outcome) -> dict[str, Any]:
    return {
        "missing": dict(request.missing),
        "traces": {name: _trace_json(found) for name, found in outcome.traces.items()},
        "pairs": [
            {
                **pair_as_json(pair),
                "bounds": vars(request.bounds(*pair.names)),
                "explain": request.explanation(*pair.names),
            }
            for pair in outcome.pairs
        ],
        "failures": [
            {
                "pair": list(failure.pair),
                "quantity": failure.quantity,
                "where": failure.where,
                "found": failure.found,
                "bound": failure.bound,
            }
            for failure in outcome.failures
        ],
    }


def _trace_json(found: Trace) -> dict[str, Any]:
    environment = found.header.environment
    return {
        **found.header.identity(),
        "corner": found.header.corner,
        "device": dict(environment.device),
        "driver": environment.driver,
        "compiler": dict(environment.compiler),
        "versions": dict(environment.versions),
        "steps": len(found.steps),
        "accuracy": found.held_out.accuracy if found.held_out else None,
        "held_out_loss": found.held_out.loss if found.held_out else None,
    }


def _write(request: Request, outcome: Outcome, plots: bool) -> None:
    findings(request, outcome).write(request.out / "report.json")
    table = markdown(request, outcome.traces, outcome.pairs, outcome.messages)
    (request.out / "table.md").write_text(table)
    if plots and outcome.pairs:
        # Imported here, because drawing takes longer to load than comparing takes.
        from numerics.traces.plots import draw

        draw(request.out / "plots", outcome.traces, outcome.pairs)


if __name__ == "__main__":
    sys.exit(main())
