"""From the rows that audit.lean writes, one for each constant, to what an audit answers.

Names are what Lean knows its constants by, as `shown` of audit_world.lean writes them: none is
shortened, so none can pass for another.
"""

from __future__ import annotations

import re
from typing import Any, Mapping

# What Lean declares beside a declaration of the user's, below its name.
_GENERATED = re.compile(
    r"_.*|rec(On)?|casesOn|b?recOn|below|ibelow|binductionOn|brecOn|noConfusion(Type|Enum)?|injEq?|"
    r"sizeOf_spec|ctorIdx|toCtorIdx|ctorElim(Type)?|(match|proof|eq|def|unfold|splitter)_?\d*|"
    r"(match|proof|eq)_\d+(_\d+)*|induct|fun_cases|congr_simp|hcongr_\d+|elim|mutual_induct"
)
_COMPILER = ("Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.trustCompiler")
# Those of Lean's own library. What has such a name elsewhere is something else.
_OF_THE_TOOLCHAIN = ("propext", "Quot.sound", "Classical.choice", "sorryAx", *_COMPILER)
_SHOWN = 500  # characters of a statement
_ADMITTED = "(admitted with `sorry`)"
_BYPASSED = {
    "circular": "it rests on itself",
    "missing": "it is in no object file",
    "unsafe": "it is an unsafe or partial definition",
}
_UNCONFIRMED = "compiled code decides it, and without the re-check nothing confirms that"


def _is_compiler_axiom(name: str) -> bool:
    """Later versions of Lean declare one axiom for each use of `native_decide`."""
    return name in _COMPILER or "._native." in name


def report(found: Mapping[str, Any], module: str, rechecked: bool) -> dict[str, Any]:
    """`constants`: name -> assumptions, as `core.policy.Assumption` fields.

    `kinds` and `mentions` are of these constants: see `core.report.TheoremReport`. `uses` leads
    from a name to those that its term names, for the names that rest on anything. `outside` are
    unsafe and partial definitions, which prove nothing.
    """
    rows = found["rows"]
    declared = {row["name"]: row["module"] for row in rows if not row["outside"]}
    statements = {row["name"]: row["statement"] for row in rows}
    constants: dict[str, list[dict[str, Any]]] = {}
    uses: dict[str, set[str]] = {}
    for row in rows:
        if row["outside"]:
            continue
        name = owner(row, declared)
        rests = [_assumption(*rest, statements, declared) for rest in _judged(row, rechecked)]
        if row["module"] == module:
            entry = constants.setdefault(name, [])
            entry += [a for a in rests if a not in entry]
        if rests:
            own = {a["name"] for a in rests if a["name"] == row["name"]}
            named = {*row["uses"], *(rest[0] for rest in row["direct"]), *own}
            uses.setdefault(name, set()).update(named - {name})
            if name != row["name"]:
                uses[name].add(row["name"])
                uses.setdefault(row["name"], set()).update(named - {row["name"]})
    asked = {row["name"]: row for row in rows if row["module"] == module}
    return {
        "constants": constants,
        # Without the constants in the kernel, nothing can say what their types are.
        "kinds": {} if found["refused"] else {name: asked[name]["kind"] for name in constants},
        "mentions": {name: sorted(set(asked[name]["mentions"])) for name in constants},
        "uses": {name: sorted(named) for name, named in uses.items()},
        "outside": sorted(name for name, row in asked.items() if row["outside"]),
        "wrong_statements": {name: said.strip() for name, said in found["wrong"]},
        "refused": found["refused"],
    }


def printed_twice(found: Mapping[str, Any]) -> str:
    """Why nothing can be said: a name that two constants have, to judge by its text; or ""."""
    seen: dict[str, str] = {}
    for row in found["rows"]:
        name, module = row["name"], row["module"]
        if name in seen:
            return f"two constants print as {name}, one of {seen[name]} and one of {module}"
        seen[name] = module
    return ""


def owner(row: Mapping[str, Any], declared: Mapping[str, str]) -> str:
    """The constant that answers for this one in the report: of the same module, or itself.

    That is the type of a constructor or recursor, and the declaration beside which Lean has made
    it. What it rests on keeps its own name.
    """
    name: str = row["name"]
    generated = row["generated"]
    while True:
        parent, _, last = name.rpartition(".")
        if declared.get(parent) != row["module"]:
            return name
        if not (generated or _GENERATED.fullmatch(last)):
            return name
        name, generated = parent, False


def _judged(row: Mapping[str, Any], rechecked: bool) -> list[tuple[str, str, str]]:
    """What a constant rests on, but for replaced code where no proof asks compiled code.

    (A note says which attribute replaces it.)
    """
    rests = [tuple(rest) for rest in row["rests"]]
    compiled = any(note == "axiom" and _is_compiler_axiom(name) for name, note, _ in rests)
    found = []
    for name, note, home in rests:
        if note == "axiom" and _is_compiler_axiom(name) and not rechecked:
            note = _UNCONFIRMED
        elif note not in ("axiom", "sorry", *_BYPASSED):
            if not compiled:
                continue
            note = f"native code runs in place of its definition: {note}"
        found.append((name, note, home))
    return found


def _assumption(
    name: str, note: str, home: str, statements: Mapping[str, str], declared: Mapping[str, str]
) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "statement": "", "unsafe": "", "home": home}
    if note == "sorry":
        # By its own name: it is the obligation that is open.
        return {**entry, "statement": _ADMITTED, "admitted": True}
    if note != "axiom":
        return {**entry, "unsafe": _BYPASSED.get(note, note)}
    if name in _OF_THE_TOOLCHAIN and name in declared:
        return {**entry, "unsafe": f"{home} declares it, and not the toolchain"}
    if name == "sorryAx":
        return {**entry, "unsafe": "the toolchain has left a proof out"}
    return {**entry, "statement": _short(statements.get(name, ""))}


def _short(statement: str) -> str:
    """A message is for people; the statement stands in the source."""
    return statement if len(statement) <= _SHOWN else statement[:_SHOWN] + " ..."
