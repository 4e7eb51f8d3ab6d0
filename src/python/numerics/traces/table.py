"""The comparison as Markdown, one table per group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from numerics.traces.comparison import Pair
from numerics.traces.request import Request, group_of
from numerics.traces.trace import Trace

_HEAD = (
    "pair", "steps", "step 1", "ULP", "step 2", "median", "largest", "at step", "diverge at",
    "epoch means", "accuracy",
)  # fmt: skip


def markdown(
    request: Request,
    traces: Mapping[str, Trace],
    pairs: Sequence[Pair],
    messages: Sequence[str],
) -> str:
    """Every number is an absolute difference, except those of steps and ULPs."""
    lines = [f"**{'differs' if messages else 'within bounds'}**: {len(pairs)} pairs", ""]
    lines += [f"- {message}" for message in messages]
    groups = dict.fromkeys(group_of(name) for name in [*traces, *request.missing])
    for group in groups:
        members = {name: found for name, found in traces.items() if group_of(name) == group}
        lines += ["", f"## {group or 'traces'}", ""]
        for name, found in members.items():
            lines.append(f"- {_short(name)}: {_describe(found)}")
        lines += [
            f"- {_short(name)}: not available: {reason}"
            for name, reason in request.missing.items()
            if group_of(name) == group
        ]
        rows = [_row(pair) for pair in pairs if group_of(pair.names[0]) == group]
        if rows:
            lines += ["", _cells(_HEAD), _cells("---" for _ in _HEAD), *rows]
    return "\n".join(lines) + "\n"


def _describe(found: Trace) -> str:
    header = found.header
    used = header.environment.compiler
    compiler = " ".join(used[key] for key in ("name", "target", "flags") if used.get(key))
    accuracy = "cut short" if found.held_out is None else f"{found.held_out.accuracy:.2%} held out"
    return (
        f"{len(found.steps)} of {header.config.steps} steps, loss {found.steps[0].loss:.6g} to "
        f"{found.steps[-1].loss:.6g}, {accuracy} ({compiler})"
    )


def _row(pair: Pair) -> str:
    means = max((mean.difference for mean in pair.epochs), default=None)
    return _cells(
        (
            " and ".join(map(_short, pair.names)),
            str(pair.steps),
            _number(pair.step1),
            str(pair.step1_ulp),
            _number(pair.step2),
            _number(pair.median),
            _number(pair.maximum),
            str(pair.maximum_step),
            str(pair.first_divergent or "never"),
            _number(means),
            _number(pair.accuracy),
        )
    )


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2e}" if value else "0"


def _short(name: str) -> str:
    return name.rpartition("/")[2]
