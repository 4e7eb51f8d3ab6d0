"""Asks Agda, in files of the auditor's own, what a compiled module declares and rests on.

The files import the module without opening it, so that none of its names can stand for others;
statements are read where only the built-in names of equality, numbers, pairs and the like are
open. Names and axioms come from Agda's reflection over the interface files, never from text that
the module made Agda print.
"""

from __future__ import annotations

import re
from typing import Any

import agda_reflection
import agda_text

_INFECTIVE = re.compile(r"Importing module (\S+) using the (--\S+) flag from a module which")
_MAX_FLAGS = 20

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

# The auditor's own modules, beside each of its files.
HELPERS = {"FourfoldReflection": agda_reflection.TEXT}
_CLASSIFIED = ("function", "type", "axiom", "primitive")


class AuditError(Exception):
    """Agda's answer is not one that the audit can judge."""


def audit(request: dict, questions: Any) -> dict:
    """Request keys: `module`, `modules` (its closure), `reach` (those whose names are to be
    followed), `flags`, `safe`, and `statements` (pairs of a full name and a statement).

    Answers with `kinds` (own public constants and their kind, by full name), `canonical`
    (Agda's own name for each), `sorts` and `mentions` (by that name: the kind, and what the term
    and the type mention; for every public name of `reach`), and `wrong_statements`.
    """
    module = request["module"]
    flags = _importing_flags(module, request["flags"], questions)
    imports = "".join(f"import {m}\n" for m in request["modules"])
    ask = _Asker(questions, imports, [f for f in flags if f != "--safe"])
    found: dict = {"kinds": {}, "canonical": {}, "sorts": {}, "mentions": {}}
    for shown, (kind, name, *_) in _rows("kindOf", module, ask).items():
        # A constructor, a macro and a pattern synonym are no constants; what is re-exported is
        # another module's.
        if kind in _CLASSIFIED and name.startswith(module + "."):
            found["kinds"][shown], found["canonical"][shown] = kind, name
    for followed in request["reach"]:
        for kind, name, *mentioned in _rows("mentionsOf", followed, ask).values():
            found["sorts"][name] = kind
            found["mentions"][name] = sorted(set(mentioned) - {name})
    found["wrong_statements"] = _wrong_statements(
        request, found["kinds"], imports, flags, questions
    )
    return found


def _importing_flags(module: str, flags: list[str], questions: Any) -> list[str]:
    """The flags with which Agda lets another module import this one.

    It tells of each option of the module that importers must share. Of those that importers
    share with what they import (`--safe`, `--without-K`) the flags of the target are kept: Agda
    refuses a module that took one back.
    """
    asked = " ".join(flags) or "(none)"
    flags = list(flags)
    for _ in range(_MAX_FLAGS):
        accepted, said = questions.check(
            "FourfoldProbe", f"module FourfoldProbe where\nimport {module}\n", flags
        )
        if accepted:
            return flags
        # Agda writes `--cubical/--erased-cubical` where either will do.
        told = [f.split("/")[0] for _, f in _INFECTIVE.findall(" ".join(said.split()))]
        wanted = [f for f in told if f not in flags]
        if not wanted:
            raise AuditError(
                f"no module with the flags of its target, {asked}, may import {module}: "
                f"{_message(said)}"
            )
        flags = [*flags, *dict.fromkeys(wanted)]
    raise AuditError(f"Agda asks for ever more flags to import {module}")


def _message(said: str) -> str:
    """Agda's words without its progress and its paths in the sandbox."""
    lines = [line for line in said.splitlines() if not re.match(r"\s*Checking |/", line)]
    return " ".join(" ".join(lines).split())


class _Asker:
    def __init__(self, questions: Any, imports: str, flags: list[str]) -> None:
        self.questions = questions
        self.text = (
            f"module FourfoldAudit where\nimport FourfoldReflection\n{imports}"
            "open import Agda.Builtin.List using ([]; _∷_)\n"
        )
        self.flags = flags

    def __call__(self, commands: list[str]) -> list[dict]:
        """One answer for each command."""
        answers = self.questions.ask("FourfoldAudit", self.text, self.flags, commands)
        if len(answers) != 1 + len(commands) or answers[0].get("kind") == "Error":
            said = answers[0].get("error", {}).get("message", "") if answers else ""
            raise AuditError(f"Agda gave {len(answers)} answers. {_message(said)}".strip())
        return answers[1:]

    def strings(self, expressions: list[str]) -> list[str | None]:
        """The string that each expression computes to; None where Agda reports an error."""
        commands = [
            f"Cmd_compute_toplevel DefaultCompute {agda_text.haskell_string(e)}"
            for e in expressions
        ]
        return [
            agda_text.agda_string(a["expr"]) if a.get("kind") == "NormalForm" else None
            for a in self(commands)
        ]


def _names(module: str, ask: _Asker) -> list[str]:
    """Every public name in the module and in the modules in it."""
    found, todo, seen = [], [module], {module}
    while todo:
        commands = [
            f"Cmd_show_module_contents_toplevel AsIs {agda_text.haskell_string(m)}" for m in todo
        ]
        following = []
        for inside, answer in zip(todo, ask(commands)):
            if answer.get("kind") != "ModuleContents":
                raise AuditError(f"Agda does not list the module {inside}")
            found += [f"{inside}.{row['name']}" for row in answer["contents"]]
            following += [f"{inside}.{name}" for name in answer["names"]]
        todo = [m for m in dict.fromkeys(following) if m not in seen]
        seen.update(todo)
    return list(dict.fromkeys(found))


def _rows(macro: str, module: str, ask: _Asker) -> dict[str, list[str]]:
    """What a macro of the auditor says of each public name: kind, full name, mentioned names."""
    shown = _names(module, ask)
    told = ask.strings([f"FourfoldReflection.{macro} {n}" for n in shown])
    rows = {name: (text or "").split() for name, text in zip(shown, told)}
    return {name: words for name, words in rows.items() if len(words) > 1}


def _wrong_statements(
    request: dict, kinds: dict[str, str], imports: str, flags: list[str], questions: Any
) -> dict[str, str]:
    """For each theorem that has not the statement it must have: what Agda said."""
    wrong = {}
    for name, statement in request["statements"]:
        if name not in kinds:
            continue  # another module's, or missing
        text = (
            f"module FourfoldClaim where\n{imports}{_OPEN}"
            f"claim : ({' '.join(statement.split())})\nclaim = {name}\n"
        )
        accepted, said = questions.check("FourfoldClaim", text, flags)
        if not accepted:
            wrong[name] = _message(said)
    return wrong
