"""What the answer of a numeric process, and the theorems it cites, amount to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping

from fourfold.backend.prover.citations import Citations, CitedBy
from fourfold.core.report import Report, counted
from fourfold.core.verdict import Verdict

FD_SCHEMA = ("fourfold.fd_check", 1)
ORACLE_SCHEMA = ("fourfold.vjp_oracle", 1)


@dataclass(frozen=True)
class Findings:
    """`failures` is empty where the numbers agree; `counts` are words for the summary."""

    failures: tuple[str, ...]
    cited: tuple[CitedBy, ...] = ()
    counts: tuple[str, ...] = ()
    evidence: str = ""


def read_fd_report(text: str, exit_code: int) -> Findings:
    """Findings of `numerics.gradients.run_checks`."""
    data = _parse(text, FD_SCHEMA)
    if isinstance(data, str):
        return Findings((data,))
    checks = data["checks"]
    failures = [
        *data["errors"],
        *(f"{check['name']}: {said}" for check in checks for said in check["failures"]),
    ]
    cited = [CitedBy(name, check["name"]) for check in checks for name in check["theorems"]]
    explained = sum(1 for check in checks if check.get("explanation"))
    counts = (
        counted(len(checks), "check"),
        *((f"{counted(explained, 'tolerance')} explained",) if explained else ()),
    )
    return _findings(data, exit_code, failures, cited, counts)


def read_oracle_report(text: str, exit_code: int) -> Findings:
    """Findings of `numerics.gradients.oracle`."""
    data = _parse(text, ORACLE_SCHEMA)
    if isinstance(data, str):
        return Findings((data,))
    rules = data["rules"]
    cited = [
        CitedBy(name, f"the rule {rule['name']}") for rule in rules for name in rule["theorems"]
    ]
    counts = (
        f"{counted(len(data['pairs']), 'pair')} of corners",
        counted(len(rules), "rule"),
    )
    return _findings(data, exit_code, data["failures"], cited, counts)


def _parse(text: str, schema: tuple[str, int]) -> dict[str, Any] | str:
    try:
        data = json.loads(text)
    except ValueError as error:
        return f"the report is not JSON: {error}"
    found = (data.get("schema"), data.get("schema_version")) if isinstance(data, dict) else None
    if found != schema:
        return f"the report has the schema {found}; this version of Fourfold reads {schema}"
    return data


def _findings(
    data: Mapping[str, Any],
    exit_code: int,
    failures: list[str],
    cited: list[CitedBy],
    counts: tuple[str, ...],
) -> Findings:
    # Three accounts of one outcome: it is clean only if all of them say so.
    passed = data["passed"] is True
    if (passed, exit_code == 0) != (not failures, not failures):
        failures = [
            *failures,
            f"the report is inconsistent: passed is {data['passed']}, the exit code {exit_code}, "
            f"and there are {counted(len(failures), 'failure')}",
        ]
    return Findings(tuple(failures), tuple(cited), counts, json.dumps(data, sort_keys=True))


def unscanned(findings: Findings, scanned: tuple[str, ...]) -> tuple[str, ...]:
    """Messages for citations that are made up at run time: nothing knows when to check those."""
    known = set(scanned)
    return tuple(
        f"{c.by} cites {c.citation}, which no imported source has as a string literal; write it "
        "out, so that a change of the theory is known to affect this target"
        for c in findings.cited
        if c.citation not in known
    )


def judge(
    findings: Findings, citations: Citations, more: tuple[str, ...] = (), **facts: Any
) -> Report:
    """The report of a target; `facts` are the fields of Report that the verdict is not about."""
    failed = (*findings.failures, *more, *citations.broken)
    if failed:
        verdict = Verdict.HARD_ERROR
    elif citations.unavailable:
        verdict = Verdict.NOT_AVAILABLE
    else:
        verdict = Verdict.IOU_ONLY if citations.ious else Verdict.CLEAN
    return Report(
        verdict=verdict,
        messages=failed or citations.unavailable,
        ious=citations.ious,
        citations=citations.theorems,
        counts=findings.counts,
        evidence=findings.evidence,
        lacking=citations.missing,
        **facts,
    )
