"""Whether theorems prove what the BUILD file says, read where the audited module is not loaded.

1. Each claim becomes a constant of a file of our own, over Coq's prelude, the libraries of the
   toolchain that it names, and the modules that the BUILD file imports for it. Nothing of the
   audited module, nor of what else it imports, is loaded, so none of its names, notations,
   instances, coercions or flags can change what the claim says. A definition of the target that
   the claim names in full is a variable there, of the type that the definition has.
2. Where that file and the module are both loaded, the variables become the definitions, and the
   theorem is given as a proof of the claim. No coercion can stand between them: types are unified
   as they are, and the kernel compares them.

What Coq prints of a definition's type is used as text alone: a wrong one cannot pass, since the
kernel compares it with the definition's own.
"""

from __future__ import annotations

import os
import re
from typing import Any, Callable

import confine
import coq_claim_text
import coq_load
from coq_claim_names import Ask, Names, Read

_FOLDER = "claims"
_ERROR = re.compile(r'File "\./[^"]*", line (\d+), characters [\d-]+:\s*(?:Error:\s*)?(.*)', re.S)
_UNKNOWN = re.compile(r"The (?:reference|variable) (\S+)\s+was not found")

# What a module may leave set where it is loaded, and must not matter.
_SETTINGS = (
    'Set Warnings "-all".',
    "Set Universe Checking.",
    "Set Guard Checking.",
    "Set Positivity Checking.",
    "Unset Universe Polymorphism.",
    "Unset Default Timeout.",
    "Unset Ltac Debug.",
    'Set Default Proof Mode "Classic".',
)
_OF_NOTATIONS = re.compile(r"Syntax error|Unknown (?:scope|interpretation)")
_NOTATION = " To have a notation, add the module that declares it to `statement_imports`."
_EXPLICIT = (
    " Definitions of the target stand there without notations and implicit arguments: write all "
    "their arguments."
)


class Stopped(Exception):
    """A run of Coq that came to no end of its own; the argument is its answer."""


class File:
    """Sentences, each with the claim or the definition whose fault an error in it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.owners: list[tuple[str, str]] = []

    def add(self, kind: str, name: str, text: str) -> None:
        """`kind` is `claim`, `type` (of a definition), or `module`."""
        lines = text.split("\n")
        self.lines += lines
        self.owners += [(kind, name)] * len(lines)

    def owner_at(self, line: int) -> tuple[str, str]:
        return self.owners[line - 1] if 0 < line <= len(self.owners) else ("module", "")


class Statements:
    """`coq` runs the programs; `in_session` puts a question to a toplevel (see coq_driver.py).

    Request keys: `logical`, `statements` (pairs of a theorem's full name and its claim),
    `imports` (modules that the BUILD file has claims read with) and `known` (all modules of the
    repository that these load).
    """

    def __init__(self, request: dict, coq: Any, in_session: Callable[[Callable], dict]) -> None:
        self.request = request
        self.coq = coq
        self.in_session = in_session
        self.logical = request["logical"]
        self.statements: dict[str, str] = dict(request["statements"])
        self.pending = dict(self.statements)  # what is still to be judged
        self.wrong: dict[str, str] = {}
        self.names = Names(self.logical, request["coqlib"], request["known"])
        self.seconds = 0.0

    def judge(self) -> dict:
        for name, text in list(self.pending.items()):
            problem = coq_claim_text.not_one_term(text)
            if problem:
                self._drop(name, f"it must be one term of Coq, and there is {problem} in it")
        try:
            self._find_names()
            self._until_accepted("read", self._claims, self._unreadable)
            self._until_accepted("compare", self._comparison, self._different)
        except Stopped as e:
            return {**e.args[0], "wrong_statements": self.wrong}
        return {
            "accepted": True, "repeatable": True, "seconds": self.seconds,
            "wrong_statements": self.wrong,
        }

    def _drop(self, name: str, why: str) -> None:
        self.wrong[name] = why
        del self.pending[name]

    def _find_names(self) -> None:
        own = [name for text in self.pending.values() for name in self.names.sort(text)]
        if own:
            self._ask(lambda ask, read: self.names.take_types(own, ask, read))

    # The file in which the claims are read.

    def _claims(self) -> File:
        file = File()
        for module in dict.fromkeys(self.names.requires):
            file.add("module", module, f"Require {module}.")
        for module in self.request["imports"]:
            file.add("module", module, f"Require Import {module}.")
        for name in self.names.needed(self.pending.values()):
            file.add("type", name, self._definition("type", name, "Type", self.names.types[name]))
        for name, text in self.pending.items():
            file.add("claim", name, self._definition("claim", name, "Prop", text))
        return file

    def _definition(self, kind: str, name: str, sort: str, text: str) -> str:
        needed = self.names.needed([text])
        binders = "".join(f" ({self.names.variables[n]} : {self._of('type', n)})" for n in needed)
        clean = self.names.written(text)
        return f"Definition {kind}_{self._number(name)}{binders} : {sort} := (\n{clean}\n)."

    def _of(self, kind: str, name: str, root: str = "", argument: str = "") -> str:
        """A type or a claim of that file, applied to what it is about: variables, or others."""
        text = self.names.types[name] if kind == "type" else self.statements[name]
        about = [
            f"{argument}_{self._number(n)}" if argument else self.names.variables[n]
            for n in self.names.needed([text])
        ]
        return " ".join([f"@{root}{kind}_{self._number(name)}", *about])

    def _number(self, name: str) -> int:
        return [*self.names.types, *self.statements].index(name)

    def _unreadable(self, kind: str, owner: str, said: str) -> None:
        said = self.names.as_in_claims(said)
        unknown = _UNKNOWN.search(said)
        if kind == "claim" and unknown and self.names.take_library(unknown.group(1)):
            return
        hint = self._instead_of(unknown.group(1)) if unknown else ""
        hint = hint or (_NOTATION if _OF_NOTATIONS.search(said) else "")
        why = f"it cannot be read where {self.logical} is not loaded: {said.rstrip('.')}.{hint}"
        for name in self._at_fault(kind, owner):
            if kind == "claim":
                explicit = _EXPLICIT if self.names.needed([self.pending[name]]) else ""
                self._drop(name, why + explicit)
            else:
                where = "`statement_imports`" if owner in self.request["imports"] else "it"
                self._drop(name, f"{why} (That is of {owner}, which {where} names.)")

    def _instead_of(self, name: str) -> str:
        found = self._ask(lambda ask, read: self.names.located(name, ask, read))
        return self.names.instead_of(name, found)

    def _at_fault(self, kind: str, owner: str) -> list[str]:
        """The claims that an error in what belongs to `owner` concerns."""
        if kind == "claim":
            return [owner]
        return [
            name
            for name, text in self.pending.items()
            if kind == "module" or owner in self.names.needed([text])
        ]

    # The file in which they are compared.

    def _comparison(self) -> File:
        file = File()
        root = f"{self._root()}.read."
        file.add("module", "", f"Require {root[:-1]} {self.logical}.")
        file.add("module", "", "\n".join(_SETTINGS))
        for name in self.names.needed(self.pending.values()):
            proof = self._proof("given", name, self._of("type", name, root, "given"))
            file.add("type", name, f"{proof}\nStrategy expand [given_{self._number(name)}].")
        for name in self.pending:
            proof = self._proof("proved", name, self._of("claim", name, root, "given"))
            unfolded = f"{root}claim_{self._number(name)}"
            file.add("claim", name, f"Strategy expand [{unfolded}].\n{proof}")
        return file

    def _proof(self, kind: str, name: str, goal: str) -> str:
        """Unified first, which finds the universes; then the kernel compares, at the end."""
        unfolded = goal.replace("@", "")
        return (
            f"Definition {kind}_{self._number(name)} : {goal}.\n"
            f"Proof. let p := constr:(@{name}) in let t := type of p in "
            f"let g := eval cbv beta delta [{unfolded}] in ({goal}) in unify t g; "
            "exact_no_check p. "
            f"{'Defined' if kind == 'given' else 'Qed'}."
        )

    def _different(self, kind: str, owner: str, said: str) -> None:
        about = f"what it says of {owner} cannot be compared: " if kind == "type" else ""
        for name in self._at_fault(kind, owner):
            self._drop(name, about + said)

    # Runs of Coq.

    def _ask(self, question: Callable[[Ask, Read], Any]) -> Any:
        """Puts a question to a toplevel, where the module is to be loaded."""
        answer = self.in_session(lambda ask, read: {"found": question(ask, read)})
        self.seconds += answer["seconds"]
        if "found" not in answer:
            raise Stopped(answer)
        return answer["found"]

    def _root(self) -> str:
        root = "FourfoldClaims"
        while os.path.exists(f"lib/{root}"):
            root += "_"
        return root

    def _until_accepted(
        self, name: str, make: Callable[[], File], blame: Callable[[str, str, str], None]
    ) -> None:
        """Writes and compiles a file, without what is at fault in it, until it is accepted."""
        while self.pending:
            # Another claim may be at fault as well.
            file = make()
            os.makedirs(_FOLDER, exist_ok=True)
            with open(f"{_FOLDER}/{name}.v", "w", encoding="utf-8") as f:
                f.write("\n".join(file.lines) + "\n")
            done = self._compile(name)
            if done.exit_code == 0:
                return
            found = _ERROR.search(done.output)
            said = found.group(2).strip() if found else done.output.strip()
            blame(*file.owner_at(int(found.group(1)) if found else 0), said)

    def _compile(self, name: str) -> confine.Completed:
        load_path = ["-Q", _FOLDER, self._root(), *coq_load.load_path(self.request)]
        done = self.coq.run(
            "compiler",
            ["-q", "-noglob", "-w", "none", *load_path, f"{_FOLDER}/{name}.v"],
            writable=[_FOLDER],
        )
        self.seconds += done.seconds
        if not done.repeatable:
            raise Stopped(done.answer())
        return done


def statements(request: dict, coq: Any, in_session: Callable[[Callable], dict]) -> dict:
    return Statements(request, coq, in_session).judge()
