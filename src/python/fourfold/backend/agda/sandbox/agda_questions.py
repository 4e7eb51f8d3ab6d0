"""Puts questions to Agda in files of the auditor's own, which import modules without opening them."""

from __future__ import annotations

import re
from typing import Any, Iterable

import agda_reflection
import agda_text

# The auditor's own modules, beside each of its files.
HELPERS = {"FourfoldReflection": agda_reflection.TEXT}


class AuditError(Exception):
    """Agda's answer is not one that the audit can judge."""


def message(said: str) -> str:
    """Agda's words without its progress and its paths in the sandbox."""
    lines = [line for line in said.splitlines() if not re.match(r"\s*Checking |/", line)]
    return " ".join(" ".join(lines).split())


class Asker:
    """Asks about `modules`, which are imported and not opened."""

    def __init__(self, questions: Any, modules: Iterable[str], flags: list[str]) -> None:
        self.questions = questions
        self.text = (
            "module FourfoldAudit where\nimport FourfoldReflection\n"
            + "".join(f"import {m}\n" for m in modules)
            + "open import Agda.Builtin.List using ([]; _∷_)\n"
        )
        # The auditor's reflection is not safe itself.
        self.flags = [f for f in flags if f != "--safe"]

    def __call__(self, commands: list[str]) -> list[dict]:
        """One answer for each command."""
        answers = self.questions.ask("FourfoldAudit", self.text, self.flags, commands)
        if len(answers) != 1 + len(commands) or answers[0].get("kind") == "Error":
            said = answers[0].get("error", {}).get("message", "") if answers else ""
            raise AuditError(f"Agda gave {len(answers)} answers. {message(said)}".strip())
        return answers[1:]

    def names(self, modules: Iterable[str]) -> list[str]:
        """Every public name in the modules and in the modules in them."""
        todo = list(modules)
        found, seen = [], set(todo)
        while todo:
            commands = [
                f"Cmd_show_module_contents_toplevel AsIs {agda_text.haskell_string(m)}"
                for m in todo
            ]
            following = []
            for inside, answer in zip(todo, self(commands)):
                if answer.get("kind") != "ModuleContents":
                    raise AuditError(f"Agda does not list the module {inside}")
                found += [f"{inside}.{row['name']}" for row in answer["contents"]]
                following += [f"{inside}.{name}" for name in answer["names"]]
            todo = [m for m in dict.fromkeys(following) if m not in seen]
            seen.update(todo)
        return list(dict.fromkeys(found))

    def kinds(self, names: list[str]) -> dict[str, list[str]]:
        """What the macro says of each name, as words; none where Agda reports an error."""
        commands = [
            "Cmd_compute_toplevel DefaultCompute "
            + agda_text.haskell_string(f"FourfoldReflection.kindOf {n}")
            for n in names
        ]
        return {
            name: agda_text.agda_string(a["expr"]).split() if a.get("kind") == "NormalForm" else []
            for name, a in zip(names, self(commands))
        }
