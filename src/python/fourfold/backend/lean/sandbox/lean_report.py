"""From the rows that audit.lean writes, one for each constant, to what an audit answers."""

from __future__ import annotations

import re
from typing import Any, Callable, Mapping

# What Lean declares beside a declaration of the user's, below its name.
_GENERATED = re.compile(
    r"rec(On)?|casesOn|b?recOn|below|ibelow|binductionOn|brecOn|noConfusion(Type|Enum)?|injEq?|"
    r"sizeOf_spec|ctorIdx|toCtorIdx|ctorElim(Type)?|(match|proof|eq|def|unfold|splitter)_?\d*|"
    r"(match|proof|eq)_\d+(_\d+)*|induct|fun_cases|congr_simp|hcongr_\d+|elim|mutual_induct"
)
_COMPILER = ("Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.trustCompiler")
_BYPASSED = {
    "circular": "it rests on itself",
    "missing": "it is in no object file",
    "unsafe": "it is an unsafe or partial definition",
}


def _is_compiler_axiom(name: str) -> bool:
    """Later versions of Lean declare one axiom for each use of `native_decide`."""
    return name in _COMPILER or "._native." in name


def report(found: Mapping[str, Any], module: str) -> dict[str, Any]:
    """`constants`: public name -> assumptions, as `core.policy.Assumption` fields.

    `mentions` leads from a name to those it mentions, for the names that rest on anything.
    `outside` are unsafe and partial definitions, which prove nothing.
    """
    rows = found["rows"]
    names = {row["name"]: row["shown"] for row in rows}
    known = set(names.values())
    statements = {row["name"]: row["statement"] for row in rows}

    def owner(name: str) -> str:
        shown = names.get(name, name)
        while True:
            parent, _, last = shown.rpartition(".")
            if parent not in known or not _GENERATED.fullmatch(last):
                return shown
            shown = parent

    constants: dict[str, list[dict[str, str]]] = {}
    mentions: dict[str, list[str]] = {}
    outside = set()
    for row in rows:
        name = owner(row["name"])
        if row["kind"] == "unsafe":
            # What the compiler adds goes by hidden names.
            if row["module"] == module and row["shown"] == row["name"]:
                outside.add(name)
            continue
        rests = assumptions(row["rests"], owner, statements)
        if row["module"] == module and not _hidden(row, known):
            entry = constants.setdefault(name, [])
            entry += [a for a in rests if a not in entry]
        if rests:
            direct = assumptions(row["direct"], owner, statements)
            reached = {owner(used) for used in row["uses"]} | {a["name"] for a in direct}
            mentions[name] = sorted({*mentions.get(name, ()), *reached} - {name})
    return {
        "constants": constants,
        "mentions": mentions,
        "outside": sorted(outside - set(constants)),
        "wrong_statements": {name: said.strip() for name, said in found["wrong"]},
        "unconfirmed": sorted({owner(name) for name in found["unconfirmed"]}),
        "refused": found["refused"],
        "error": "",
    }


def _hidden(row: Mapping[str, Any], known: set[str]) -> bool:
    """Constructors and recursors, for which their type answers."""
    return row["kind"] == "generated" and row["shown"].rpartition(".")[0] in known


def assumptions(
    rests: list[list[str]], owner: Callable[[str], str], statements: Mapping[str, str]
) -> list[dict[str, str]]:
    compiled = any(note == "axiom" and _is_compiler_axiom(name) for name, note in rests)
    found = []
    for name, note in rests:
        if note == "axiom":
            entry = {"name": name, "statement": statements.get(name, ""), "unsafe": ""}
        elif note == "sorry":
            # By its own name: it is the obligation that is open.
            entry = {"name": owner(name), "statement": "(admitted with `sorry`)", "unsafe": ""}
        elif note in _BYPASSED:
            entry = {"name": owner(name), "statement": "", "unsafe": _BYPASSED[note]}
        elif compiled:
            why = f"native code runs in place of its definition: {note}"
            entry = {"name": owner(name), "statement": "", "unsafe": why}
        else:
            continue  # replaced code matters only to those who trust the compiler
        if entry not in found:
            found.append(entry)
    return found
