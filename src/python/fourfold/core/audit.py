"""One table over the reports of many targets, for a person, a pull request or a program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from fourfold.core.report import THEOREM, Report, as_json, counted
from fourfold.core.verdict import Verdict

SCHEMA = "fourfold.audit"
SCHEMA_VERSION = 1

COLUMNS = (
    "backend",
    "targets",
    *(verdict.value for verdict in Verdict),
    "theorems",
    "forbidden",
    "ious",
    "independent",
    "seconds",
    "toolchains",
)


@dataclass(frozen=True)
class Audited:
    """A report, and what the table needs beside it.

    `backend` is the kind of witness, such as `coq` or `finite-differences`. `source` is the
    address without its toolchain: the same for one source that several versions judge.
    """

    report: Report
    backend: str
    source: str


@dataclass(frozen=True)
class Row:
    """Sums over the targets of one backend. `seconds` is the time that their steps took when they
    ran, which may have been in another run; `forbidden` and `ious` are counted once by name;
    `independent` are the targets that pass an independent check with all they rest on.
    """

    backend: str
    targets: int
    verdicts: Mapping[Verdict, int]
    theorems: int
    forbidden: int
    ious: int
    independent: int
    seconds: float
    toolchains: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        counts = (self.targets, *(self.verdicts[v] for v in Verdict))
        found = (self.theorems, self.forbidden, self.ious, self.independent)
        return (
            self.backend,
            *map(str, (*counts, *found)),
            f"{self.seconds:.0f}",
            ", ".join(self.toolchains),
        )


def rows(audited: Iterable[Audited]) -> tuple[Row, ...]:
    by_backend: dict[str, list[Report]] = {}
    for found in audited:
        by_backend.setdefault(found.backend, []).append(found.report)
    return tuple(_row(name, reports) for name, reports in sorted(by_backend.items()))


def _row(backend: str, reports: Sequence[Report]) -> Row:
    return Row(
        backend,
        len(reports),
        {v: sum(r.verdict is v for r in reports) for v in Verdict},
        len({t.name for r in reports for t in r.theorems if t.kind == THEOREM}),
        len({name for r in reports for name in r.forbidden}),
        len({name for r in reports for name in r.ious}),
        sum(_independent(r) for r in reports),
        sum(seconds for r in reports for _, seconds in r.seconds),
        tuple(sorted({_toolchain(r) for r in reports if r.toolchain})),
    )


def _independent(report: Report) -> bool:
    check = report.independent
    return report.verdict.passes and check is not None and check.complete


def _toolchain(report: Report) -> str:
    """Its name, and what its program says of itself where the name does not fix that."""
    said = report.toolchain_version
    return f"{report.toolchain} ({said})" if said else report.toolchain


def disagreements(audited: Iterable[Audited]) -> tuple[list[str], int]:
    """Sources of which the versions of a prover do not give one verdict; how many were compared.

    A version that this machine lacks takes no part.
    """
    by_source: dict[str, list[Report]] = {}
    for found in audited:
        if found.report.toolchain and found.report.verdict is not Verdict.NOT_AVAILABLE:
            by_source.setdefault(found.source, []).append(found.report)
    messages, compared = [], 0
    for source, reports in sorted(by_source.items()):
        if len({r.toolchain for r in reports}) < 2:
            continue
        compared += 1
        if len({r.verdict for r in reports}) > 1:
            said = ", ".join(f"{r.toolchain}: {r.verdict.value}" for r in reports)
            messages.append(f"{source}: the versions of its prover do not agree ({said})")
    return messages, compared


def failures(audited: Iterable[Audited]) -> list[str]:
    """A line for each target that is refused, with its first reason."""
    found = []
    for report in (a.report for a in audited):
        if report.verdict is Verdict.HARD_ERROR:
            first = (report.messages[0].splitlines() or [""])[0] if report.messages else ""
            more = len(report.messages) - 1
            rest = f" (and {counted(more, 'message')} more)" if more > 0 else ""
            found.append(f"{report.target}: {first}{rest}")
    return sorted(found)


def as_table(table: Sequence[Row]) -> str:
    """Columns as wide as they need; numbers to the right."""
    cells = [COLUMNS, *(row.cells() for row in table)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(COLUMNS))]
    lines = []
    for line in cells:
        shown = [
            text.ljust(width) if i in (0, len(COLUMNS) - 1) else text.rjust(width)
            for i, (text, width) in enumerate(zip(line, widths))
        ]
        lines.append("  ".join(shown).rstrip())
    return "\n".join(lines)


def as_markdown(table: Sequence[Row]) -> str:
    rule = ("---", *("--:" for _ in COLUMNS[1:-1]), "---")
    lines = [COLUMNS, rule, *(row.cells() for row in table)]
    return "\n".join(f"| {' | '.join(_escaped(text) for text in line)} |" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def as_document(audited: Sequence[Audited], problems: Sequence[str]) -> str:
    """What docs/audit.md describes. `problems` are of no single target."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "backends": [_row_as_json(row) for row in rows(audited)],
        "problems": list(problems),
        "targets": [
            {"backend": a.backend, **as_json(a.report)}
            for a in sorted(audited, key=lambda a: a.report.target)
        ],
    }
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def _row_as_json(row: Row) -> dict[str, Any]:
    return {
        "backend": row.backend,
        "targets": row.targets,
        "verdicts": {verdict.value: count for verdict, count in row.verdicts.items()},
        "theorems": row.theorems,
        "forbidden": row.forbidden,
        "ious": row.ious,
        "independent": row.independent,
        "seconds": round(row.seconds, 3),
        "toolchains": list(row.toolchains),
    }
