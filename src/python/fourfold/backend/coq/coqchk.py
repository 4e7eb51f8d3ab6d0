"""Reads what `coqchk -o` says about the module it has checked and the flags that module needs."""

from __future__ import annotations

import re
from typing import Any, Collection, Mapping, Sequence

from pants.util.frozendict import FrozenDict

from fourfold.backend.coq.composition import home_of
from fourfold.core.policy import Assumption, AxiomPolicy
from fourfold.prover.compiled import stopped

_SECTIONS = {
    "Axioms": "",
    "Constants/Inductives relying on type-in-type": "type-in-type",
    "Constants/Inductives relying on unsafe (co)fixpoints": "guard",
    "Inductives whose positivity is assumed": "positivity",
}
_THEORY = "Theory"
_OVERFLOW = re.compile("stack overflow", re.IGNORECASE)
# An uncaught error of coqchk's for a module that has not the type it is given, as when universe
# checking was off. Of honest files, it says so only where inductive types can have aliases.
_MODULE_TYPE = "Modops.ModuleTypingError"
_KEPT = 500  # characters of an error in no form that is known
_WITHOUT = "its report, and those of all that imports it, then say that it was not re-checked."
_SOUND_THEORY = ("Set is predicative", "Rewrite rules are not allowed")


class UnreadableSummary(Exception):
    pass


def context_summary(output: str) -> tuple[dict[str, list[str]], list[str]]:
    """The sections of a `CONTEXT SUMMARY`, and the lines about the theory."""
    head, found, body = output.partition("CONTEXT SUMMARY")
    if not found:
        raise UnreadableSummary("coqchk printed no context summary")
    sections: dict[str, list[str]] = {}
    theory: list[str] = []
    current: list[str] | None = None
    for line in body.splitlines():
        text = line.strip()
        if not text or set(text) == {"="}:
            continue
        if text.startswith("* "):
            title, _, rest = text[2:].partition(":")
            rest = rest.strip()
            if title == _THEORY:
                theory.append(rest)
                current = None
            else:
                current = sections.setdefault(title, [])
                if rest and rest != "<none>":
                    current.append(rest)
        elif current is not None:
            current.append(text)
    missing = sorted(set(_SECTIONS) - set(sections))
    if missing:
        raise UnreadableSummary(f"coqchk's summary has no section {missing[0]!r}")
    return sections, theory


def crash(answer: Mapping[str, Any]) -> str:
    """What coqchk said where it failed by a fault of its own; "" where it did not."""
    if answer.get("accepted"):
        return ""
    said = reason(answer["output"])
    if _MODULE_TYPE in said and not answer.get("aliasable", True):
        return ""
    if answer.get("ended_by") == "crash":
        return f"exit code {answer['exit_code']}"
    return said if said.startswith("Anomaly") or _OVERFLOW.search(said) else ""


def reason(output: str) -> str:
    """The error alone: before it, coqchk prints the term and all universes, thousands of lines."""
    start = max(output.rfind("Fatal Error: "), output.rfind("\nError: "))
    return output[start:].strip().partition(": ")[2] if start >= 0 else output.strip()[-_KEPT:]


def undone(answer: Mapping[str, Any], logical: str) -> str:
    """Why coqchk came to no answer about the module; "" where it did."""
    if answer.get("timed_out"):
        return (
            f"{logical}: the kernel re-check timed out; raise `timeout` on its target, or set "
            f"`recheck=False` there: {_WITHOUT}"
        )
    crashed = crash(answer)
    if crashed:
        return (
            f"{logical}: the kernel re-check (coqchk) crashed on it: {crashed}. That is coqchk's "
            "own failure, and says neither that the proof is right nor that it is wrong. Newer "
            "toolchains may not fail on it, nor `--coq-whole-closures`, by which coqchk reads the "
            f"imports in full; or set `recheck=False` on its target: {_WITHOUT}"
        )
    why = stopped(answer, 0)
    return f"{logical}: the kernel re-check did not end: {why}" if why else ""


def confusions(answer: Mapping[str, Any], logical: str) -> list[str]:
    """Messages for names that both kernels take for others, whatever coqchk says of the module."""
    return [f"{logical}: {confused}" for confused in answer.get("confused", ())]


def rejections(answer: Mapping[str, Any], logical: str) -> list[str]:
    """Messages for what makes the module unsound, whatever axioms are permitted.

    The summary covers all loaded modules: a bypassed check counts wherever it is.
    """
    stop = undone(answer, logical)
    if stop:
        return [stop, *confusions(answer, logical)]
    if not answer.get("accepted"):
        said = reason(answer["output"])
        said = f"{logical}: the kernel re-check (coqchk) rejects it: {said}"
        return [said, *confusions(answer, logical)]
    try:
        sections, theory = context_summary(answer["output"])
    except UnreadableSummary as e:
        return [f"{logical}: the kernel re-check cannot be judged: {e}"]
    return [
        f"{logical}: the kernel re-check finds another theory: {line}"
        for line in theory
        if line not in _SOUND_THEORY
    ] + [
        f"{logical}: the kernel re-check finds {name} with a check bypassed ({unsafe})"
        for title, unsafe in _SECTIONS.items()
        if unsafe
        for name in sections[title]
    ] + confusions(answer, logical)


def judge(
    answer: Mapping[str, Any],
    logical: str,
    policy: AxiomPolicy,
    modules: Collection[str] = (),
    constants: Mapping[str, Sequence[Assumption]] = FrozenDict(),
) -> list[str]:
    """Messages for all that the re-check found wrong; none is a pass.

    Axioms of the toolchain count where a theorem rests on them, which the audit sees; so they
    count here where the module itself declares them. `modules` are those of the closure: the axioms
    of a file `a/b.v` are not those of `a.v`. What a sealed functor's instance has is in coqchk's
    list too, though it is proved behind the seal: the audit (`constants`) looks there, and says of
    an axiom that it rests on itself.
    """
    messages = rejections(answer, logical)
    if messages and not answer.get("accepted"):
        return messages
    try:
        sections, _ = context_summary(answer["output"])
    except UnreadableSummary:
        return messages
    return messages + [
        f"{logical}: the kernel re-check finds the axiom {name}, which is not permitted"
        for name in sections["Axioms"]
        if home_of(name, {logical, *modules}) == logical
        and any(a.name == name for a in constants.get(name, [Assumption(name)]))
        and not (policy.permits(Assumption(name)) or name in policy.ious)
    ]
