"""Asks Agda, in files of the auditor's own, what a compiled module declares.

The files import the module without opening it, so that none of its names can stand for others. The
public names are Agda's own list; what each is comes from its reflection and from the interface
file (agda_interface.py), never from text that the module made Agda print.
"""

from __future__ import annotations

import re
from typing import Any, Iterable

import agda_claims
import agda_interface
import agda_questions
from agda_questions import AuditError

_INFECTIVE = re.compile(r"Importing module (\S+) using the (--\S+) flag from a module which")
_MAX_FLAGS = 20
THEOREM = "theorem"

_IN_WORDS = {
    "data": "a data type",
    "record": "a record type",
    "constructor": "a constructor",
    "postulate": "a postulate",
    "primitive": "a primitive",
    "undefined": "a type that is declared and not defined",
}


def audit(request: dict, interface: agda_interface.Interface, questions: Any) -> dict:
    """Request keys: `module`, `modules` (its closure), `flags`, and `statements` (pairs of a full
    name and a statement).

    Answers with `kinds` (own public constants, by the name that others use, and what each is),
    `canonical` (Agda's own name for each), `mentions` (what its statement names), `uses` (by
    Agda's own names, of private ones too: what each names; where there is a postulate to reach),
    and `wrong_statements`.
    """
    module = request["module"]
    flags = importing_flags([module], request["flags"], questions)
    ask = agda_questions.Asker(questions, [module], flags)
    rows = ask.kinds(ask.names([module]))
    own = _by_name(interface)
    found: dict = {"kinds": {}, "canonical": {}, "mentions": {}, "uses": {}}
    stated = {name for name, _ in request["statements"]}
    for shown, row in rows.items():
        # What is re-exported is another module's; a macro, a pattern synonym, and a constructor
        # are no constants.
        if len(row) != 3 or row[1] not in own or row[0] == "constructor":
            continue
        found["canonical"][shown] = row[1]
        found["mentions"][shown] = _together(d.mentions for d in own[row[1]])
        found["kinds"][shown] = _in_words(own[row[1]], row[2], shown in stated)
    if any(d.kind in ("postulate", "undefined") for d in interface.definitions):
        found["uses"] = {name: _together(d.uses for d in same) for name, same in own.items()}
    found["wrong_statements"] = agda_claims.wrong_statements(
        request, rows, found["kinds"], flags, questions
    )
    return found


def _by_name(interface: agda_interface.Interface) -> dict[str, list[agda_interface.Definition]]:
    """Private things, and those of modules without a name, can print alike."""
    found: dict[str, list[agda_interface.Definition]] = {}
    for definition in interface.definitions:
        found.setdefault(definition.name, []).append(definition)
    return found


def _together(names: Iterable[list[str]]) -> list[str]:
    return sorted({name for some in names for name in some})


def _in_words(same: list[agda_interface.Definition], level: str, stated: bool) -> str:
    """What a constant is; `same` are the definitions of its name, `level` is that of its type."""
    if len(same) > 1:
        return f"one of {len(same)} things that print as {same[0].name}"
    (definition,) = same
    if definition.kind in _IN_WORDS:
        return _IN_WORDS[definition.kind]
    if level == "type":
        return "a definition of a type"
    if level != "term":
        return "of a type that Agda does not compute"
    # A statement spells the parameters out: they are hypotheses that a reader of it sees.
    if definition.parameters and not stated:
        return "a member of a parametrised module"
    return THEOREM


def importing_flags(modules: list[str], flags: list[str], questions: Any) -> list[str]:
    """The flags with which Agda lets another module import these.

    It tells of each option of the module that importers must share. Of those that importers
    share with what they import (`--safe`, `--without-K`) the flags of the target are kept: Agda
    refuses a module that took one back.
    """
    asked = " ".join(flags) or "(none)"
    flags = list(flags)
    probe = "module FourfoldProbe where\n" + "".join(f"import {m}\n" for m in modules)
    which = " and ".join(modules)
    for _ in range(_MAX_FLAGS):
        accepted, said = questions.check("FourfoldProbe", {"FourfoldProbe": probe}, flags)
        if accepted:
            return flags
        # Agda writes `--cubical/--erased-cubical` where either will do.
        told = [f.split("/")[0] for _, f in _INFECTIVE.findall(" ".join(said.split()))]
        wanted = [f for f in told if f not in flags]
        if not wanted:
            raise AuditError(
                f"no module with the flags of its target, {asked}, may import {which}: "
                f"{agda_questions.message(said)}"
            )
        flags = [*flags, *dict.fromkeys(wanted)]
    raise AuditError(f"Agda asks for ever more flags to import {which}")
