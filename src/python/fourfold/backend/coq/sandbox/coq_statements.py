"""Whether theorems prove what the BUILD file says, read where the audited module is not loaded.

1. Each claim becomes a constant of a file of our own, over Coq's prelude, the libraries of the
   toolchain that it names, and the modules that the BUILD file imports for it. Nothing of the
   audited module, nor of what else it imports, is loaded, so none of its names, notations,
   instances, coercions or flags can change what the claim says. A definition of the target that
   the claim names in full is a variable there, of the type that the definition has.
2. Where that file and the module are both loaded, the variables become the definitions, and the
   theorem is given as a proof of the claim. No coercion can stand between them: types are unified
   as they are, and the kernel compares them.

What Coq prints of a definition's type is used as that text alone: a wrong one cannot pass, since
the kernel compares the type with the definition's own.
"""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Iterable

import confine
import coq_claim_text
import coq_libraries
import coq_load

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
    'Set Default Proof Mode "Classic".',
)
_OF_NOTATIONS = re.compile(r"Syntax error|Unknown (?:scope|interpretation)")
_NOTATION = " To have a notation, add the module that declares it to `statement_imports`."
_EXPLICIT = (
    " Definitions of the target stand there without notations and implicit arguments: write all "
    "their arguments."
)

# Sends commands to a session, waits until Coq has run them, and returns what it printed meanwhile.
Ask = Callable[["list[str]"], str]
Read = Callable[[str], str]


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
        self.libraries: dict[str, str] = {}  # a name as written -> as the toolchain has it
        self.requires: list[str] = []
        self.types: dict[str, str] = {}  # a definition of the target -> its type
        self.variables: dict[str, str] = {}  # and the variable that stands for it
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

    # What the names in the claims are.

    def _find_names(self) -> None:
        own: list[str] = []
        for text in self.pending.values():
            own += self._sort_names(text)
        if own:
            self.types = self._ask(lambda ask, read: self._types_of(own, ask, read))
        for name in self.types:
            variable = name.replace(".", "'")
            while variable in self.variables.values():
                variable += "'"
            self.variables[name] = variable

    def _sort_names(self, text: str) -> list[str]:
        """Notes the libraries that `text` names; the definitions of the target are returned."""
        own = []
        for name in coq_claim_text.qualified_names(text):
            home, written = self._home(name)
            if home and written:
                self.libraries[name] = written
                self.requires.append(home)
            elif home and home not in self.request["known"]:
                own.append(name)
        return own

    def _home(self, name: str) -> tuple[str, str]:
        """The module that `name` is in full below, and for a library's its name there."""
        parts = name.split(".")
        for end in range(len(parts) - 1, 0, -1):
            module = parts[:end]
            if os.path.isfile(f"lib/{'/'.join(module)}.vo"):
                return ".".join(module), ""
            for library in coq_libraries.called(module, self.request["coqlib"]):
                return library, ".".join([library, *parts[end:]])
        return "", ""

    def _types_of(self, own: list[str], ask: Ask, read: Read) -> dict[str, str]:
        """The types of definitions, and of those that these name, each after what it names."""
        ask([f"Require {self.logical}", 'Set Warnings "-all"', "Set Printing All",
             "Set Printing Width 1000000", "Set Printing Depth 1000000"])
        found: dict[str, str] = {}
        ordered: dict[str, str] = {}

        def add(name: str) -> None:
            if name in found:
                return
            found[name] = ""
            text = _type_of(name, ask, read)
            if not text:
                return
            names = {n: _located(n, ask, read) for n in coq_claim_text.qualified_names(text)}
            text = coq_claim_text.renamed(text, names)
            for other in self._sort_names(text):
                add(other)
            ordered[name] = text

        for name in dict.fromkeys(own):
            add(name)
        return ordered

    # The file in which the claims are read.

    def _claims(self) -> File:
        file = File()
        for module in dict.fromkeys(self.requires):
            file.add("module", module, f"Require {module}.")
        for module in self.request["imports"]:
            file.add("module", module, f"Require Import {module}.")
        for name in self._needed(self.pending.values()):
            file.add("type", name, self._definition("type", name, "Type", self.types[name]))
        for name, text in self.pending.items():
            file.add("claim", name, self._definition("claim", name, "Prop", text))
        return file

    def _definition(self, kind: str, name: str, sort: str, text: str) -> str:
        needed = self._needed([text])
        binders = "".join(f" ({self.variables[n]} : {self._of('type', n)})" for n in needed)
        clean = coq_claim_text.renamed(text, {**self.libraries, **self.variables})
        return f"Definition {kind}_{self._number(name)}{binders} : {sort} := (\n{clean}\n)."

    def _of(self, kind: str, name: str, root: str = "", argument: str = "") -> str:
        """A type or a claim of that file, applied to what it is about: variables, or others."""
        text = self.types[name] if kind == "type" else self.statements[name]
        about = [
            f"{argument}_{self._number(n)}" if argument else self.variables[n]
            for n in self._needed([text])
        ]
        return " ".join([f"@{root}{kind}_{self._number(name)}", *about])

    def _number(self, name: str) -> int:
        return [*self.types, *self.statements].index(name)

    def _needed(self, texts: Iterable[str]) -> list[str]:
        """The definitions of the target that they name, and those that their types name."""
        needed = {n for text in texts for n in coq_claim_text.qualified_names(text)}
        for name in reversed(list(self.types)):
            if name in needed:
                needed.update(coq_claim_text.qualified_names(self.types[name]))
        return [name for name in self.types if name in needed]

    def _unreadable(self, kind: str, owner: str, said: str) -> None:
        for name, variable in self.variables.items():
            said = re.sub(rf"(?<![\w']){re.escape(variable)}(?![\w'])", name, said)
        unknown = _UNKNOWN.search(said)
        if kind == "claim" and unknown and self._took_library(unknown.group(1)):
            return
        hint = self._about(unknown.group(1)) if unknown else ""
        hint = hint or (_NOTATION if _OF_NOTATIONS.search(said) else "")
        why = f"it cannot be read where {self.logical} is not loaded: {said.rstrip('.')}.{hint}"
        for name in self._at_fault(kind, owner):
            if kind == "claim":
                self._drop(name, why + (_EXPLICIT if self._needed([self.pending[name]]) else ""))
            else:
                where = "`statement_imports`" if owner in self.request["imports"] else "it"
                self._drop(name, f"{why} (That is of {owner}, which {where} names.)")

    def _at_fault(self, kind: str, owner: str) -> list[str]:
        """The claims that an error in what belongs to `owner` concerns."""
        if kind == "claim":
            return [owner]
        return [
            name
            for name, text in self.pending.items()
            if kind == "module" or owner in self._needed([text])
        ]

    def _took_library(self, name: str) -> bool:
        """Whether just one library has a name that ends like `name`, which is then meant."""
        module, dot, last = name.rpartition(".")
        found = coq_libraries.ending_in(module, self.request["coqlib"]) if dot else []
        if len(found) != 1 or name in self.libraries:
            return False
        self.libraries[name] = f"{found[0]}.{last}"
        self.requires.append(found[0])
        return True

    def _about(self, name: str) -> str:
        """What to write instead of a name that is not known."""
        found = self._ask(lambda ask, read: self._ending_in(name, ask, read))
        own = [n for n in found if self._home(n)[0] and not self._home(n)[1]]
        library = [n for n in found if self._home(n)[1]]
        if own:
            return f" To say {name} of the target, write its full name: {' or '.join(own)}."
        if library:
            homes = " or ".join(f'"{self._home(n)[0]}"' for n in library)
            return (
                f" Write {' or '.join(library)}, or add {homes} to `statement_imports` of the "
                "target."
            )
        return f" No module that {self.logical} loads has a {name}."

    def _ending_in(self, name: str, ask: Ask, read: Read) -> list[str]:
        ask([f"Require {self.logical}", 'Set Warnings "-all"'])
        said = _told(f"Locate {name}", ask, read)
        words = re.findall(r"^(?:Constant|Inductive|Constructor) (\S+)$", said, re.M)
        return list(dict.fromkeys(words))

    # The file in which they are compared.

    def _comparison(self) -> File:
        file = File()
        root = f"{self._root()}.read."
        file.add("module", "", f"Require {root[:-1]} {self.logical}.")
        file.add("module", "", "\n".join(_SETTINGS))
        for name in self._needed(self.pending.values()):
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
            f"Proof. let t := type of (@{name}) in let g := eval cbv beta delta [{unfolded}] in "
            f"({goal}) in unify t g. exact_no_check (@{name}). "
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


def _told(command: str, ask: Ask, read: Read) -> str:
    ask([f'Redirect "audit_out/told" {command}'])
    return read("told")


def _located(name: str, ask: Ask, read: Read) -> str:
    """The full name of a constant, an inductive type or a constructor."""
    words = _told(f"Locate Term {name}", ask, read).split()
    known = len(words) > 1 and words[0] in ("Constant", "Inductive", "Constructor")
    return words[1] if known else name


def _type_of(name: str, ask: Ask, read: Read) -> str:
    """With everything explicit; "" where there is none that can be read again."""
    text = _told(f"Check @{name}", ask, read).partition(":")[2].strip()
    if coq_claim_text.not_one_term(text) or coq_claim_text.has_string(text):
        return ""
    return text


def statements(request: dict, coq: Any, in_session: Callable[[Callable], dict]) -> dict:
    return Statements(request, coq, in_session).judge()
