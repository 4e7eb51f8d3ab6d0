"""What the process of a numeric witness found, read once: `numerics.findings` writes the form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Mapping

from fourfold.core.report import counted
from fourfold.core.verdict import Verdict

SCHEMA = ("fourfold.findings", 1)

_VERDICTS = {0: Verdict.CLEAN, 1: Verdict.HARD_ERROR, 77: Verdict.NOT_AVAILABLE}


@dataclass(frozen=True)
class CitedTheorem:
    """As the code has it: `of` is what its statement must name, `beyond` what it does not cover."""

    theorem: str
    of: str
    beyond: str


@dataclass(frozen=True)
class Formula:
    """What was checked, and the theorems that it stands beside."""

    name: str
    theorems: tuple[CitedTheorem, ...] = ()


@dataclass(frozen=True)
class Findings:
    """`refusals` and `unavailable` are messages: what is wrong, and what this machine lacks.

    `judged` counts what was looked at; `notes` are words for the summary; `evidence` is the JSON
    object of what was measured.
    """

    refusals: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    judged: int = 0
    formulas: tuple[Formula, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def sound(self) -> bool:
        """Whether what was asked was done, and nothing is wrong with it."""
        return not self.refusals and not self.unavailable


def read_findings(module: str, text: str, exit_code: int, problem: str = "") -> Findings:
    """Of the process that ran `module`; `problem` says why there is no text.

    Verdict, messages and exit code are three accounts of one outcome, and must agree.
    """
    if not text:
        return Findings((f"{module} {problem}",))
    try:
        data = json.loads(text)
    except ValueError as error:
        return Findings((f"the report of {module} is not JSON: {error}",))
    found = (data.get("schema"), data.get("schema_version")) if isinstance(data, dict) else None
    if found != SCHEMA:
        said = f"the report of {module} has the schema {found}; this version of Fourfold reads"
        return Findings((f"{said} {SCHEMA}",))
    try:
        return _findings(module, data, exit_code)
    except (KeyError, TypeError, ValueError) as error:
        return Findings((f"the report of {module} is malformed: {error!r}",))


def _findings(module: str, data: Mapping[str, Any], exit_code: int) -> Findings:
    messages, judged, evidence = _texts(data["messages"]), data["judged"], data["evidence"]
    if not isinstance(judged, int) or isinstance(judged, bool) or not isinstance(evidence, dict):
        raise ValueError(f"judged is {judged!r}, and evidence a {type(evidence).__name__}")
    verdict = _VERDICTS.get(exit_code, Verdict.HARD_ERROR)
    refusals, unavailable = messages, _texts([])
    if data["verdict"] != verdict.value or bool(messages) == (verdict is Verdict.CLEAN):
        refusals = (
            *messages,
            f"the report of {module} is inconsistent: its verdict is {data['verdict']} with "
            f"{counted(len(messages), 'message')}, and the exit code {exit_code}",
        )
    elif verdict is Verdict.NOT_AVAILABLE:
        refusals, unavailable = (), messages
    elif verdict is Verdict.CLEAN and judged < 1:
        refusals = (f"{module} says that nothing is wrong, and has compared nothing",)
    return Findings(
        refusals,
        unavailable,
        judged,
        tuple(_formula(entry) for entry in data["formulas"]),
        _texts(data["notes"]),
        evidence,
    )


def _formula(entry: Mapping[str, Any]) -> Formula:
    (name,) = _texts([entry["name"]])
    theorems = (
        CitedTheorem(*_texts([cited["theorem"], cited["of"], cited["beyond"]]))
        for cited in entry["theorems"]
    )
    return Formula(name, tuple(theorems))


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{values!r} is no list of texts")
    return tuple(values)
