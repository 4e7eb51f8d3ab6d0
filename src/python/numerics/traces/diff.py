"""Compares two traces step by step with one pair of tolerances, in the older or the present form.

    python -m numerics.traces.diff A.jsonl B.jsonl --mode cross-gpu

Loss and learning rate of every step must be close: |a - b| <= max(atol, rtol * max(|a|, |b|)).

    mode        atol   rtol
    strict      1e-4   1e-3   the default
    cross-gpu   1e-3   1e-2
    cross-comp  1e-2   1e-1

Exit status: 0 equal so far as that goes; 1 different, or of different runs; 2 a file that cannot
be used. What the older form lacks is said on stderr.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numerics.findings import Findings
from numerics.traces import older_form, reader
from numerics.traces.comparison import MIN_STEPS, shows_nothing
from numerics.traces.reader import TraceError, decode

MODES = {"strict": (1e-4, 1e-3), "cross-gpu": (1e-3, 1e-2), "cross-comp": (1e-2, 1e-1)}
MAX_PRINTED = 20


@dataclass(frozen=True)
class Comparable:
    """What both forms have: identity by field, and (epoch, loss, lr) of each step. `nothing` says
    why agreement with it would show nothing, or is "".
    """

    identity: dict[str, Any]
    steps: tuple[tuple[int, float, float], ...]
    nothing: str = ""


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, compare, print; the exit status."""
    parser = argparse.ArgumentParser(prog="diff", description="Compare two training traces.")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--mode", choices=MODES, default="strict", help="(%(default)s)")
    parser.add_argument("--report", type=Path, help="write the findings, JSON, to this file")
    options = parser.parse_args(arguments)
    if options.first.resolve() == options.second.resolve():
        parser.error(f"both are the file {options.first}: it agrees with itself, whatever it says")
    try:
        first, second = _read(options.first), _read(options.second)
    except (OSError, TraceError) as error:
        parser.error(str(error))
    found = findings({options.first: first, options.second: second}, options.mode)
    for line in found.evidence["said"]:
        print(line)
    if options.report:
        found.write(options.report)
    return found.exit_status


def findings(traces: Mapping[Path, Comparable], mode: str) -> Findings:
    """Of two traces, by their paths."""
    found = [
        f"{path}: {said}: agreement with it would show nothing"
        for path, each in traces.items()
        for said in [each.nothing or _too_short(each)]
        if said
    ]
    first, second = traces.values()
    found += differences(first, second, *MODES[mode])
    said = found[:MAX_PRINTED]
    if len(found) > MAX_PRINTED:
        said.append(f"... and {len(found) - MAX_PRINTED} more")
    compared = min(len(first.steps), len(second.steps))
    agree = [] if found else [f"{compared} steps agree ({mode})"]
    return Findings(compared, said, {"said": said or agree})


def differences(first: Comparable, second: Comparable, atol: float, rtol: float) -> list[str]:
    """One line for each; none if the traces agree."""
    found = [
        f"{key}: {_short(first.identity.get(key))} and {_short(second.identity.get(key))}"
        for key in dict.fromkeys([*first.identity, *second.identity])
        if first.identity.get(key) != second.identity.get(key)
    ]
    if len(first.steps) != len(second.steps):
        found.append(f"steps: {len(first.steps)} and {len(second.steps)}")
    for step, (ours, theirs) in enumerate(zip(first.steps, second.steps), start=1):
        if ours[0] != theirs[0]:
            found.append(f"step {step}: epoch {ours[0]} and {theirs[0]}")
        for name, a, b in zip(("loss", "lr"), ours[1:], theirs[1:]):
            if not math.isclose(a, b, rel_tol=rtol, abs_tol=atol):
                found.append(f"step {step}: {name} {a!r} and {b!r}, off by {abs(a - b):.3g}")
    return found


def _too_short(trace: Comparable) -> str:
    if len(trace.steps) >= MIN_STEPS:
        return ""
    return f"it has {len(trace.steps)} step, whose loss is before any update; record {MIN_STEPS}"


def _read(path: Path) -> Comparable:
    content = path.read_bytes()
    if _is_present_form(content):
        trace = reader.parse(content, str(path))
        steps: Sequence[Any] = trace.steps
        identity, nothing = trace.header.identity(), shows_nothing(trace)
    else:
        older = older_form.parse(content, str(path))
        print(f"{path}: the older form, without {', '.join(older.lacks)}", file=sys.stderr)
        steps, identity, nothing = older.steps, older.identity, ""
    return Comparable(identity, tuple((s.epoch, s.loss, s.lr) for s in steps), nothing)


def _is_present_form(content: bytes) -> bool:
    """By the first line: the older form says "phase" and has no "format"."""
    try:
        first = decode(content.split(b"\n", 1)[0].decode("ascii", "replace"))
    except ValueError:
        return True  # its reader says what is wrong
    return "phase" not in first or "format" in first


def _short(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 80 else f"{text[:77]}..."


if __name__ == "__main__":
    sys.exit(main())
