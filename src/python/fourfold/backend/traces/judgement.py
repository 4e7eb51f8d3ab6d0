"""What the answers of the recorder and of the comparers amount to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from fourfold.backend.traces.corners import not_available
from fourfold.core.report import Report, counted
from fourfold.core.verdict import Verdict

NOT_AVAILABLE_EXIT = 77
SCHEMA = 1
_PROBE_KEYS = ("looked_for", "found", "how_to_get")
_VERDICTS = {0: Verdict.CLEAN, 1: Verdict.HARD_ERROR, NOT_AVAILABLE_EXIT: Verdict.NOT_AVAILABLE}


@dataclass(frozen=True)
class Finding:
    """What one process said. `data` is the JSON text of its report, or "" if there is none."""

    verdict: Verdict
    messages: tuple[str, ...] = ()
    data: str = ""


def read_report(module: str, text: str, exit_code: int, problem: str) -> Finding:
    """`problem` says why there is no `text`. Report and exit code must be of one mind."""
    if not text:
        if exit_code == NOT_AVAILABLE_EXIT:
            return Finding(Verdict.NOT_AVAILABLE, (f"{module} {problem}",))
        return Finding(Verdict.HARD_ERROR, (f"{module} {problem}",))
    try:
        data = json.loads(text)
        schema, said, messages = data["schema"], data["verdict"], data["messages"]
    except (ValueError, TypeError, KeyError) as error:
        return Finding(Verdict.HARD_ERROR, (f"the report of {module} is malformed: {error!r}",))
    if schema != SCHEMA:
        message = f"the report of {module} has the schema {schema}; this Fourfold reads {SCHEMA}"
        return Finding(Verdict.HARD_ERROR, (message,))
    expected = _VERDICTS.get(exit_code, Verdict.HARD_ERROR)
    if said != expected.value or (expected is not Verdict.CLEAN and not messages):
        message = (
            f"the report of {module} is inconsistent: its verdict is {said} with "
            f"{counted(len(messages), 'message')}, and the exit code {exit_code}"
        )
        return Finding(Verdict.HARD_ERROR, (*messages, message), text)
    return Finding(expected, tuple(messages), text)


def read_probe(corner: str, stdout: str, exit_code: int, problem: str) -> tuple[str, Finding]:
    """The device as one line of JSON, "" unless the finding is clean."""
    try:
        data = json.loads(stdout)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return "", Finding(Verdict.HARD_ERROR, (f"the probe of {corner} {problem}",))
    if exit_code == 0:
        return json.dumps(data, sort_keys=True), Finding(Verdict.CLEAN)
    if exit_code == NOT_AVAILABLE_EXIT:
        said = (str(data.get(key, f"(no {key})")) for key in _PROBE_KEYS)
        return "", Finding(Verdict.NOT_AVAILABLE, (not_available(corner, *said),))
    return "", Finding(Verdict.HARD_ERROR, (f"the probe of {corner} {problem}",))


def read_diff(module: str, stdout: str, exit_code: int, problem: str) -> Finding:
    """A comparer of two traces prints one line for each difference, and exits with 1."""
    lines = tuple(line for line in stdout.splitlines() if line)
    if exit_code == 0:
        return Finding(Verdict.CLEAN, (), json.dumps({"said": lines}))
    if exit_code == 1 and lines:
        return Finding(Verdict.HARD_ERROR, lines, json.dumps({"said": lines}))
    return Finding(Verdict.HARD_ERROR, (f"{module} {problem}",))


@dataclass(frozen=True)
class Missing:
    """A trace that takes no part in a comparison. `corner` is "" if the machine has it."""

    name: str
    reason: str
    corner: str = ""


def judge_trace(
    recorded: Finding,
    compared: Finding | None,
    baseline: str,
    more: Mapping[str, Any],
    **facts: Any,
) -> Report:
    """`compared` is the finding of the baseline, where there is one; `more` is other evidence."""
    findings = (recorded, compared) if compared else (recorded,)
    failed = [f for f in findings if not f.verdict.passes]
    evidence = {
        **more,
        "baseline": {"path": baseline, **json.loads(compared.data or "{}")} if compared else None,
    }
    messages = recorded.messages
    if compared and not compared.verdict.passes:
        messages = (f"It differs from {baseline}.", *compared.messages)
    steps = json.loads(recorded.data or "{}").get("steps")
    agreement = "no baseline"
    if compared:
        agreement = f"{'agrees with' if compared.verdict.passes else 'differs from'} its baseline"
    return Report(
        verdict=failed[0].verdict if failed else Verdict.CLEAN,
        messages=messages if failed else (),
        counts=(
            *((counted(steps, "step"),) if isinstance(steps, int) else ()),
            agreement,
        ),
        evidence=json.dumps(evidence, sort_keys=True),
        **facts,
    )


def judge_comparison(
    compared: Finding | None,
    missing: Sequence[Missing],
    failed: Sequence[str],
    more: Mapping[str, Any],
    *,
    strict: bool,
    lacks: Sequence[str],
    **facts: Any,
) -> Report:
    """`compared` is None where there are no two traces to compare; `failed` are messages.

    Under `strict`, a corner is missing for good only if `lacks` has it.
    """
    corners = tuple(sorted({m.corner for m in missing if m.corner}))
    undeclared = tuple(corner for corner in corners if strict and corner not in lacks)
    data = json.loads(compared.data or "{}") if compared else {}
    not_compared = tuple(f"{m.name} was not compared: {m.reason}" for m in missing)
    if failed or (compared and not compared.verdict.passes):
        verdict = Verdict.HARD_ERROR
        messages = (*failed, *(compared.messages if compared else ()))
        corners = ()
    elif compared and not data.get("pairs"):
        verdict, corners = Verdict.HARD_ERROR, ()
        messages = ("The comparer says that all agrees, and has compared no pair of traces.",)
    elif compared is None:
        verdict = Verdict.NOT_AVAILABLE
        messages = ("There are no two traces to compare.", *not_compared)
    elif undeclared:
        verdict, corners = Verdict.NOT_AVAILABLE, undeclared
        messages = tuple(
            f"{m.name} was not compared: {m.reason}" for m in missing if m.corner in undeclared
        )
    else:
        verdict, messages, corners = Verdict.CLEAN, (), ()
    evidence = {
        **more,
        "comparison": data or None,
        "not_compared": [{"name": m.name, "reason": m.reason} for m in missing],
    }
    return Report(
        verdict=verdict,
        messages=messages,
        counts=(
            f"{counted(len(data.get('pairs', ())), 'pair')} of traces",
            f"{len(missing)} not compared",
        ),
        evidence=json.dumps(evidence, sort_keys=True),
        lacking=corners,
        **facts,
    )
