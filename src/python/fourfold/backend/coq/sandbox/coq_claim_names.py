"""What the names in claims mean, where the audited module is not loaded.

Names with a dot are looked up by the files of modules: those of the toolchain are required, and
those of the target become variables. Other names are Coq's prelude's, or those of modules that the
BUILD file imports. What Coq says in a session, with the audited module loaded, is used as text
alone, and checked by the kernel where the claim is compared.
"""

from __future__ import annotations

import os
import re
from typing import Callable, Iterable

import coq_claim_text
import coq_libraries

# Sends commands to a session, waits until Coq has run them, and returns what it printed meanwhile.
Ask = Callable[["list[str]"], str]
Read = Callable[[str], str]


class Names:
    """`known` are the modules of the repository that are loaded where claims are read."""

    def __init__(self, logical: str, coqlib: str, known: Iterable[str]) -> None:
        self.logical = logical
        self.coqlib = coqlib
        self.known = set(known)
        self.libraries: dict[str, str] = {}  # a name as written -> as the toolchain has it
        self.requires: list[str] = []
        self.types: dict[str, str] = {}  # a definition of the target -> its type
        self.variables: dict[str, str] = {}  # and the variable that stands for it

    def sort(self, text: str) -> list[str]:
        """Notes the libraries that `text` names; the definitions of the target are returned."""
        own = []
        for name in coq_claim_text.qualified_names(text):
            home, written = self.home(name)
            if home and written:
                self.libraries[name] = written
                self.requires.append(home)
            elif home and home not in self.known:
                own.append(name)
        return own

    def home(self, name: str) -> tuple[str, str]:
        """The module that `name` is in full below, and for a library's its name there."""
        parts = name.split(".")
        for end in range(len(parts) - 1, 0, -1):
            module = parts[:end]
            if os.path.isfile(f"lib/{'/'.join(module)}.vo"):
                return ".".join(module), ""
            for library in coq_libraries.called(module, self.coqlib):
                return library, ".".join([library, *parts[end:]])
        return "", ""

    def take_types(self, own: Iterable[str], ask: Ask, read: Read) -> None:
        """Asks for the types of definitions, and of those that they name, each after these."""
        ask([f"Require {self.logical}", 'Set Warnings "-all"', "Set Printing All",
             "Set Printing Width 1000000", "Set Printing Depth 1000000"])
        seen: set[str] = set()

        def take(name: str) -> None:
            if name in seen:
                return
            seen.add(name)
            text = _type_of(name, ask, read)
            if not text:
                return
            names = {n: _located(n, ask, read) for n in coq_claim_text.qualified_names(text)}
            text = coq_claim_text.renamed(text, names)
            for other in self.sort(text):
                take(other)
            self.types[name] = text

        for name in own:
            take(name)
        for name in self.types:
            variable = name.replace(".", "'")
            while variable in self.variables.values():
                variable += "'"
            self.variables[name] = variable

    def needed(self, texts: Iterable[str]) -> list[str]:
        """The definitions of the target that they name, and those that their types name."""
        found = {n for text in texts for n in coq_claim_text.qualified_names(text)}
        for name in reversed(list(self.types)):
            if name in found:
                found.update(coq_claim_text.qualified_names(self.types[name]))
        return [name for name in self.types if name in found]

    def written(self, text: str) -> str:
        """`text` as it is to be read."""
        return coq_claim_text.renamed(text, {**self.libraries, **self.variables})

    def as_in_claims(self, said: str) -> str:
        """What Coq said, with the names that stand in the claims."""
        for name, variable in self.variables.items():
            said = re.sub(rf"(?<![\w']){re.escape(variable)}(?![\w'])", name, said)
        return said

    def take_library(self, name: str) -> bool:
        """Whether just one library has a name that ends like `name`, which is then meant."""
        module, dot, last = name.rpartition(".")
        found = coq_libraries.ending_in(module, self.coqlib) if dot else []
        if len(found) != 1 or name in self.libraries:
            return False
        self.libraries[name] = f"{found[0]}.{last}"
        self.requires.append(found[0])
        return True

    def located(self, name: str, ask: Ask, read: Read) -> list[str]:
        """The full names of all that ends in `name`, where the module is loaded."""
        ask([f"Require {self.logical}", 'Set Warnings "-all"'])
        said = _told(f"Locate {name}", ask, read)
        words = re.findall(r"^(?:Constant|Inductive|Constructor) (\S+)$", said, re.M)
        return list(dict.fromkeys(words))

    def instead_of(self, name: str, found: list[str]) -> str:
        """What to write instead of a name that is not known; `found` is what it can mean."""
        library = {n: self.home(n)[0] for n in found if self.home(n)[1]}
        own = [n for n in found if self.home(n)[0] and n not in library]
        if own:
            return f" To say {name} of the target, write its full name: {' or '.join(own)}."
        if library:
            homes = " or ".join(f'"{home}"' for home in library.values())
            return (
                f" Write {' or '.join(library)}, or add {homes} to `statement_imports` of the "
                "target."
            )
        return f" No module that {self.logical} loads has a {name}."


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
