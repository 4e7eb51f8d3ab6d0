"""Reads the statements of a BUILD file where the module that they are about cannot bend them.

A statement is read in a file of the auditor's own that has the built-in names of equality, numbers,
pairs and the like, and of other modules only those whose names it writes in full. No instance of
such a module is looked at, none of its notations is there, and a macro, a pattern synonym or a
generalizable variable in the statement is refused: only definitions have one meaning. In another
file the theorem is then checked against what was read.
"""

from __future__ import annotations

import re
from typing import Any, Iterable

import agda_questions

# Names that statements may use unqualified.
_OPEN = """\
open import Agda.Primitive using (Level; lzero; lsuc; _⊔_)
open import Agda.Builtin.Equality using (_≡_; refl)
open import Agda.Builtin.Nat using (Nat; zero; suc; _+_; _*_; _-_)
open import Agda.Builtin.Bool using (Bool; true; false)
open import Agda.Builtin.Unit using (⊤; tt)
open import Agda.Builtin.Sigma using (Σ; _,_; fst; snd)
open import Agda.Builtin.List using (List; []; _∷_)
"""
# Imports bring instances, though their names need the module's before them.
_NO_INSTANCES = "--no-qualified-instances"
_BETWEEN = re.compile(r"[\s(){};@\"]+")
_DEFINED = ("function", "data", "record", "postulate", "constructor")


def wrong_statements(
    request: dict,
    rows: dict[str, list[str]],
    kinds: dict[str, str],
    flags: list[str],
    questions: Any,
) -> dict[str, str]:
    """For each theorem that has not the statement it must have: what is wrong with it.

    `rows` say what the module's public names are, and `kinds` what its own constants are.
    """
    wrong = {}
    for name, statement in request["statements"]:
        if name not in kinds:
            continue  # another module's, or missing
        said = _wrong(request, name, " ".join(statement.split()), rows, flags, questions)
        if said:
            wrong[name] = said
    return wrong


def _wrong(
    request: dict,
    name: str,
    statement: str,
    rows: dict[str, list[str]],
    flags: list[str],
    questions: Any,
) -> str:
    written = names_in(statement, request["modules"])
    modules = sorted(set(written.values()))
    others = [m for m in modules if m != request["module"]]
    if others:
        ask = agda_questions.Asker(questions, others, flags)
        rows = {**rows, **ask.kinds(ask.names(others))}
    strange = _not_defined(written, rows)
    if strange:
        return (
            f"{', '.join(strange)}: not a definition, so that what it means is up to the module. "
            "Name what is defined."
        )
    imports = "".join(f"import {m}\n" for m in modules)
    texts = {
        "FourfoldClaim": f"module FourfoldClaim where\n{imports}{_OPEN}Claim = ({statement})\n",
        "FourfoldProof": (
            f"module FourfoldProof where\nimport FourfoldClaim\nimport {request['module']}\n"
            f"claim : FourfoldClaim.Claim\nclaim = {name}\n"
        ),
    }
    accepted, said = questions.check("FourfoldProof", texts, [*flags, _NO_INSTANCES])
    return "" if accepted else agda_questions.message(said)


def names_in(statement: str, modules: Iterable[str]) -> dict[str, str]:
    """The names that a statement writes in full, each with its module, the longest that fits."""
    found = {}
    for word in _BETWEEN.split(statement):
        word = word.lstrip(".")
        homes = [m for m in modules if word.startswith(m + ".")]
        if homes:
            found[word] = max(homes, key=len)
    return found


def _not_defined(written: Iterable[str], rows: dict[str, list[str]]) -> list[str]:
    """The names among `written` that are no definitions; an operator is written in parts."""
    defined = {
        f"{inside}.{part}"
        for name, row in rows.items()
        if row and row[0] in _DEFINED
        for inside, last in [name.rsplit(".", 1)]
        for part in (last, *last.split("_"))
    }
    return sorted(w for w in written if w not in defined)
