"""A table of theorems: one row for each subject, one column for each prover.

A cell names the theorem by which a prover's library covers the subject, or says why it has none
and what the theorem would be called there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping

from fourfold.core.citations import split_citation
from fourfold.core.conclusion import Conclusion, conclude
from fourfold.core.report import TheoremReport, counted

_NAME = re.compile(r"[a-z][a-z0-9-]*")


class InvalidParityTable(Exception):
    """The message says where the table is wrong, and what is expected there."""


@dataclass(frozen=True)
class Cell:
    """`citation` is written like "coq:Algebra.vjp.vjp_comp"; `absent` is a reason, or empty."""

    subject: str
    citation: str
    absent: str = ""

    @property
    def says(self) -> str:
        return f"the subject {self.subject} cites {self.citation}, but"


@dataclass(frozen=True)
class ParityTable:
    """`subjects` are names of rows; every row has a cell for every one of `provers`."""

    provers: tuple[str, ...]
    subjects: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    def column(self, prover: str) -> tuple[Cell, ...]:
        index = self.provers.index(prover)
        return tuple(row[index] for row in self.cells)


def parse_parity_table(raw: Mapping[str, Any], origin: str) -> ParityTable:
    """Raises InvalidParityTable."""
    provers, rows = raw.get("provers"), raw.get("subjects")
    if set(raw) != {"provers", "subjects"} or not isinstance(rows, dict) or not provers:
        raise InvalidParityTable(
            f"{origin}: expected `provers`, a list of the columns, and one table "
            "`[subjects.<name>]` for each row."
        )
    cells = []
    for name, row in rows.items():
        where = f"{origin}: subjects.{name}"
        if not _NAME.fullmatch(name):
            raise InvalidParityTable(f"{where}: a subject's name is lower case words and hyphens.")
        expected = {"statement", *provers}
        if not isinstance(row, dict) or set(row) != expected:
            found = ", ".join(row) if isinstance(row, dict) else repr(row)
            raise InvalidParityTable(
                f"{where}: expected the keys {', '.join(sorted(expected))}; found {found}."
            )
        if not isinstance(row["statement"], str) or not row["statement"].strip():
            raise InvalidParityTable(f"{where}: `statement` says in words what is proved.")
        cells.append(tuple(_cell(name, p, row[p], f"{where}.{p}") for p in provers))
        if all(cell.absent for cell in cells[-1]):
            raise InvalidParityTable(f"{where}: no prover has a theorem for this subject.")
    if not cells:
        raise InvalidParityTable(f"{origin}: the table has no subject.")
    return ParityTable(tuple(provers), tuple(rows), tuple(cells))


def _cell(subject: str, prover: str, raw: Any, where: str) -> Cell:
    table = {"theorem": raw} if isinstance(raw, str) else raw
    if not isinstance(table, dict) or not {"theorem"} <= set(table) <= {"theorem", "absent"}:
        raise InvalidParityTable(
            f'{where}: expected the theorem\'s full name, or `{{theorem = "...", absent = '
            f'"..."}}` with the name that it would have and why it is absent; found {raw!r}.'
        )
    citation, absent = f"{prover}:{table['theorem']}", table.get("absent", "-")
    try:
        split_citation(citation)
    except ValueError as e:
        raise InvalidParityTable(f"{where}: {e}") from None
    if not isinstance(absent, str) or not absent.strip():
        raise InvalidParityTable(f"{where}: `absent` must say why there is no theorem.")
    return Cell(subject, citation, absent if "absent" in table else "")


@dataclass(frozen=True)
class ColumnJudgement:
    concluded: Conclusion
    theorems: tuple[TheoremReport, ...]
    counts: tuple[str, ...]


def judge_column(
    column: tuple[Cell, ...],
    found: Mapping[str, TheoremReport],
    ious: tuple[str, ...],
    broken: tuple[str, ...],
    unavailable: tuple[str, ...],
) -> ColumnJudgement:
    """Judges the cells of one prover.

    `found` are the theorems, by citation, that exist and were audited within the policy, among
    those of all cells; `ious` the open obligations that some of them rest on; `broken` and
    `unavailable` what was said of the cells that are not absent.
    """
    messages = list(broken)
    for cell in column:
        theorem = found.get(cell.citation)
        if theorem is None:
            continue
        open_ious = sorted({*theorem.axioms, cell.citation.split(":", 1)[1]}.intersection(ious))
        if cell.absent:
            messages.append(
                f"the subject {cell.subject} says that {cell.citation} is absent "
                f"({cell.absent}), but it exists; write the cell as its name alone"
            )
        elif open_ious:
            messages.append(f"{cell.says} it rests on the open IOU {open_ious[0]}")
    present = [cell for cell in column if not cell.absent]
    absent = [cell for cell in column if cell.absent]
    concluded = conclude(messages, judged=len(column), unavailable=unavailable)
    theorems = tuple(found[c.citation] for c in present if c.citation in found)
    counts = [counted(len(present), "subject"), f"{counted(len(theorems), 'theorem')} cited"]
    if absent:
        counts.append(f"{len(absent)} absent ({', '.join(c.subject for c in absent)})")
    return ColumnJudgement(concluded, theorems, tuple(counts))
