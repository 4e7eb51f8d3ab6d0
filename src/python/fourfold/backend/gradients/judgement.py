"""What the findings of a numeric process, and the theorems it cites, amount to."""

from __future__ import annotations

from typing import Any, Sequence

from fourfold.backend.numerics.findings import Findings, Formula
from fourfold.core.conclusion import conclude
from fourfold.core.report import Report, counted
from fourfold.witness.citations import Citations, CitedBy


def cited_by(findings: Findings, what: str) -> tuple[CitedBy, ...]:
    """`what` stands before the name of a formula, as in "the rule Dense"; it may be empty."""
    return tuple(
        CitedBy(cited.theorem, f"{what} {formula.name}".strip(), cited.of)
        for formula in findings.formulas
        for cited in formula.theorems
    )


def coverage(formulas: Sequence[Formula], noun: str) -> tuple[str, ...]:
    """How much of what was run is proved, in words: what has no theorem is not passed over, and
    what is claimed beyond a theorem is said.
    """
    proved = [f for f in formulas if f.theorems]
    cited = {c.theorem for f in proved for c in f.theorems}
    words = [counted(len(formulas), noun)]
    if proved:
        words.append(f"{len(proved)} with theorems ({len(cited)} cited)")
    if len(proved) < len(formulas):
        words.append(f"{len(formulas) - len(proved)} without")
    beyond = {f.name: _beyond(f) for f in proved if _beyond(f)}
    if beyond:
        said = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in beyond.items())
        words.append(f"{len(beyond)} beyond their theorems ({said})")
    return tuple(words)


def _beyond(formula: Formula) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.beyond for c in formula.theorems if c.beyond))


def fd_counts(findings: Findings) -> tuple[str, ...]:
    return (*coverage(findings.formulas, "check"), *findings.notes)


def oracle_counts(findings: Findings) -> tuple[str, ...]:
    return (
        f"{counted(findings.judged, 'pair')} of corners",
        *coverage(findings.formulas, "rule"),
        *findings.notes,
    )


def unscanned(cited: Sequence[CitedBy], scanned: Sequence[str]) -> tuple[str, ...]:
    """Messages for citations that are made up at run time: nothing knows when to check those."""
    known = set(scanned)
    return tuple(
        f"{c.by} cites {c.citation}, which no imported source has as a string literal; write it "
        "out, so that a change of the theory is known to affect this target"
        for c in cited
        if c.citation not in known
    )


def judge(
    findings: Findings, citations: Citations, more: Sequence[str] = (), **facts: Any
) -> Report:
    """The report of a target; `facts` are the fields of Report that the verdict is not about."""
    concluded = conclude(
        (*findings.refusals, *more, *citations.broken),
        judged=findings.judged,
        unavailable=(*findings.unavailable, *citations.unavailable),
        ious=citations.ious,
    )
    return Report(
        verdict=concluded.verdict,
        messages=concluded.messages,
        ious=citations.ious,
        citations=citations.theorems,
        evidence=findings.evidence or None,
        lacking=citations.missing,
        **facts,
    )
