"""Reads what `coqchk -o` says about the module it has checked and the flags that module needs."""

from __future__ import annotations

from typing import Any

from fourfold.core.policy import Assumption, AxiomPolicy

_SECTIONS = {
    "Axioms": "",
    "Constants/Inductives relying on type-in-type": "type-in-type",
    "Constants/Inductives relying on unsafe (co)fixpoints": "guard",
    "Inductives whose positivity is assumed": "positivity",
}
_THEORY = "Theory"
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


def judge(answer: dict[str, Any], logical: str, policy: AxiomPolicy) -> list[str]:
    """Messages for all that the re-check found wrong; none is a pass.

    The summary covers all loaded modules. Those of the toolchain are its own business (their
    axioms count where a theorem rests on them, which the audit sees), so axioms count here where
    the module itself declares them, and bypassed checks wherever they are.
    """
    if answer.get("timed_out"):
        return [f"{logical}: the kernel re-check timed out; raise `timeout` on its target"]
    if not answer.get("accepted"):
        return [f"{logical}: the kernel re-check (coqchk) rejects it: {answer['output'].strip()}"]
    try:
        sections, theory = context_summary(answer["output"])
    except UnreadableSummary as e:
        return [f"{logical}: the kernel re-check cannot be judged: {e}"]
    messages = [
        f"{logical}: the kernel re-check finds another theory: {line}"
        for line in theory
        if line not in _SOUND_THEORY
    ]
    for title, unsafe in _SECTIONS.items():
        for name in sections[title]:
            assumption = Assumption(name, unsafe=unsafe)
            if unsafe:
                messages.append(
                    f"{logical}: the kernel re-check finds {name} with a check bypassed ({unsafe})"
                )
            elif name.startswith(logical + ".") and not (
                policy.permits(assumption) or name in policy.ious
            ):
                messages.append(
                    f"{logical}: the kernel re-check finds the axiom {name}, which is not permitted"
                )
    return messages
