"""The machine-readable result of one target, and the lines a person reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Sequence
from xml.etree import ElementTree

from fourfold.core.independent import IndependentCheck, ground_summary
from fourfold.core.verdict import Verdict

SCHEMA_VERSION = 1

THEOREM = "theorem"

RECHECKED, _NOT_RECHECKED = "re-checked", "re-check: not of "
_NAMED = 3  # modules in a summary

# Characters that XML 1.0 cannot hold, whatever a prover printed.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class TheoremReport:
    """A public theorem or definition, by full name, and the axioms it rests on.

    `kind` is `THEOREM` for a closed constant whose type is a proposition, and else says in words
    what it is, such as "a definition". `mentions` are the full names of the constants that its
    statement (not its proof) names. Both are empty where the prover's audit does not say.
    """

    name: str
    axioms: tuple[str, ...] = ()
    kind: str = ""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """`seconds` holds the wall time of each step, by its name; messages are for people.

    `toolchain` is a name that a BUILD file or option gives, `toolchain_version` what the program
    that ran says of itself; `toolchain_lock` is the file that fixes it: the repository's own, or
    a shipped one.

    `citations` are theorems of other targets that this one stands beside, each written like
    "coq:VJP.dense.t". `counts` are words for the summary, such as "3 checks"; `evidence` is the
    JSON object that a numeric check wrote. `lacking` names what a target that is not-available
    would need, if that is not (or not only) its toolchain. `module` is the full name of the
    judged module, where it is one. `forbidden` are the axioms beyond the policy. `known_holes` are
    published ways past the kernel of this toolchain, by the ids of its list: what its verdict
    cannot exclude. `independent` is what a check said that shares no code with the kernel, where
    the prover has one.
    """

    target: str
    prover: str
    verdict: Verdict
    messages: tuple[str, ...] = ()
    toolchain: str = ""
    toolchain_digest: str = ""
    toolchain_version: str = ""
    toolchain_lock: str = ""
    isolation: str = ""
    theorems: tuple[TheoremReport, ...] = ()
    ious: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    kernel_recheck: str = ""
    citations: tuple[TheoremReport, ...] = ()
    counts: tuple[str, ...] = ()
    evidence: Mapping[str, Any] | None = field(default=None, hash=False)
    lacking: tuple[str, ...] = ()
    module: str = ""
    known_holes: tuple[str, ...] = ()
    independent: IndependentCheck | None = None
    seconds: tuple[tuple[str, float], ...] = field(default=(), compare=False)

    @property
    def axioms(self) -> tuple[str, ...]:
        return tuple(sorted({a for t in self.theorems for a in t.axioms}))

    @property
    def missing(self) -> tuple[str, ...]:
        """What this machine lacks: names of toolchains, or of corners that a trace runs in."""
        if self.verdict is not Verdict.NOT_AVAILABLE:
            return ()
        return self.lacking or ((self.toolchain,) if self.toolchain else ())

    @property
    def without_isolation(self) -> bool:
        """Whether the verdict was reached by processes that could reach the whole machine."""
        return self.isolation == "none" and self.verdict is not Verdict.NOT_AVAILABLE

    @property
    def without_recheck(self) -> bool:
        """Whether it passes on the word of one kernel: its own proofs, or what they rest on."""
        return self.verdict.passes and self.kernel_recheck.startswith(_NOT_RECHECKED)

    def summary(self) -> str:
        """A few words for the line of this target in the terminal."""
        if self.verdict is Verdict.NOT_AVAILABLE:
            return self.verdict.value
        parts = list(self.counts)
        if self.theorems:
            parts.append(counted(len(self.theorems), "constant"))
            parts.append(counted(len(self.axioms), "axiom"))
        if self.ious:
            parts.append(counted(len(self.ious), "IOU"))
        if self.kernel_recheck:
            parts.append(self.kernel_recheck)
        verdict = self.verdict.value
        if self.verdict.passes and self.independent is not None:
            verdict += ground_summary(self.independent.grounds)
        return verdict + (": " + ", ".join(parts) if parts else "")

    def witnesses(self) -> list[dict[str, Any]]:
        """What judged a proof, and what each witness could not judge; none of other targets."""
        if not self.kernel_recheck:
            return []
        found: list[dict[str, Any]] = [
            {"witness": "kernel", "said": "accepted", "judged": {}, "not_judged": []},
            {
                "witness": "same kernel again",
                "said": self.kernel_recheck,
                "judged": {},
                "not_judged": [],
            },
        ]
        if self.independent is None:
            said = "this prover has none"
            none = {"witness": "independent check", "said": said, "judged": {}, "not_judged": []}
            return [*found, none]
        return [*found, self.independent.as_json()]


def recheck_summary(unchecked: Sequence[str]) -> str:
    """In words for `kernel_recheck`; `unchecked` are modules that no second kernel has checked."""
    if not unchecked:
        return RECHECKED
    more = f" and {len(unchecked) - _NAMED} more" if len(unchecked) > _NAMED else ""
    return f"{_NOT_RECHECKED}{', '.join(unchecked[:_NAMED])}{more}"


def counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _theorem(theorem: TheoremReport) -> dict[str, Any]:
    return {
        "name": theorem.name,
        "axioms": list(theorem.axioms),
        "kind": theorem.kind,
        "mentions": list(theorem.mentions),
    }


def to_json(report: Report) -> str:
    return json.dumps(as_json(report), indent=1, sort_keys=True) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    """The report as docs/report.md describes it."""
    return {
        "schema": SCHEMA_VERSION,
        "target": report.target,
        "prover": report.prover,
        "module": report.module,
        "verdict": report.verdict.value,
        "messages": list(report.messages),
        "toolchain": {
            "name": report.toolchain,
            "digest": report.toolchain_digest,
            "version": report.toolchain_version,
            "lock": report.toolchain_lock,
        },
        "isolation": report.isolation,
        "known_holes": list(report.known_holes),
        "missing": list(report.missing),
        "theorems": [_theorem(t) for t in report.theorems],
        "ious": list(report.ious),
        "forbidden": list(report.forbidden),
        "kernel_recheck": report.kernel_recheck,
        "witnesses": report.witnesses(),
        "grounds": list(report.independent.grounds if report.independent else ()),
        "citations": [_theorem(t) for t in report.citations],
        "evidence": report.evidence,
        "seconds": {name: round(value, 3) for name, value in report.seconds},
    }


def to_junit_xml(report: Report) -> str:
    failed = report.verdict is Verdict.HARD_ERROR
    skipped = report.verdict is Verdict.NOT_AVAILABLE
    suite = ElementTree.Element(
        "testsuite",
        name=report.target,
        tests="1",
        failures=str(int(failed)),
        skipped=str(int(skipped)),
        errors="0",
    )
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"fourfold.{report.prover}",
        name=report.target,
        time=f"{sum(value for _, value in report.seconds):.3f}",
    )
    text = _NOT_XML.sub("\ufffd", "\n".join(report.messages))
    if failed:
        ElementTree.SubElement(case, "failure", message=report.summary()).text = text
    elif skipped:
        ElementTree.SubElement(case, "skipped", message=text)
    return ElementTree.tostring(suite, encoding="unicode")


def totals(reports: Iterable[Report]) -> str:
    """One line over all targets of a run, e.g. `Fourfold: 12 clean, 1 iou-only (M.l)`."""
    by_verdict: dict[Verdict, list[Report]] = {v: [] for v in Verdict}
    found = list(reports)
    for report in found:
        by_verdict[report.verdict].append(report)
    parts = []
    for verdict, group in by_verdict.items():
        if not group:
            continue
        part = f"{len(group)} {verdict.value}"
        if verdict is Verdict.IOU_ONLY:
            part += f" ({', '.join(sorted({i for r in group for i in r.ious}))})"
        parts.append(part)
    line = "Fourfold: " + (", ".join(parts) if parts else "nothing was checked")
    for what, count in (
        ("isolation", sum(r.without_isolation for r in found)),
        ("re-check", sum(r.without_recheck for r in found)),
    ):
        line += f"; {counted(count, 'verdict')} without {what}" if count else ""
    return line
