"""What the answer of a numeric process, and the theorems it cites, amount to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from fourfold.core.report import Report, counted
from fourfold.core.verdict import Verdict
from fourfold.witness.citations import Citations, CitedBy

FD_SCHEMA = ("fourfold.fd_check", 2)
ORACLE_SCHEMA = ("fourfold.vjp_oracle", 2)


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
    cited = [c for check in checks for c in _cited(check, check["name"])]
    explained = sum(1 for check in checks if check.get("explanation"))
    counts = (
        *_coverage(checks, "check"),
        *((f"{counted(explained, 'tolerance')} explained",) if explained else ()),
    )
    return _findings(data, exit_code, failures, cited, counts)


def read_oracle_report(text: str, exit_code: int) -> Findings:
    """Findings of `numerics.gradients.oracle`."""
    data = _parse(text, ORACLE_SCHEMA)
    if isinstance(data, str):
        return Findings((data,))
    rules = data["rules"]
    cited = [c for rule in rules for c in _cited(rule, f"the rule {rule['name']}")]
    counts = (
        f"{counted(len(data['pairs']), 'pair')} of corners",
        *_coverage(rules, "rule"),
        *_floor(data),
    )
    return _findings(data, exit_code, data["failures"], cited, counts)


def _cited(formula: Mapping[str, Any], by: str) -> list[CitedBy]:
    return [CitedBy(c["theorem"], by, c["of"]) for c in formula["theorems"]]


def _coverage(formulas: Sequence[Mapping[str, Any]], noun: str) -> tuple[str, ...]:
    """How much of what was run is proved, in words: what has no theorem is not passed over, and
    what is claimed beyond a theorem is said.
    """
    proved = [f for f in formulas if f["theorems"]]
    cited = {c["theorem"] for f in proved for c in f["theorems"]}
    words = [counted(len(formulas), noun)]
    if proved:
        words.append(f"{len(proved)} with theorems ({len(cited)} cited)")
    if len(proved) < len(formulas):
        words.append(f"{len(formulas) - len(proved)} without")
    beyond = {f["name"]: _beyond(f) for f in proved if _beyond(f)}
    if beyond:
        said = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in beyond.items())
        words.append(f"{len(beyond)} beyond their theorems ({said})")
    return tuple(words)


def _beyond(formula: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c["beyond"] for c in formula["theorems"] if c["beyond"]))


def _floor(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The highest noise floor of the net's gradients, in a word."""
    highest = data.get("noise_floor", {}).get("highest_ulp")
    return () if highest is None else (f"noise floor {highest:.1f} ULP",)


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
