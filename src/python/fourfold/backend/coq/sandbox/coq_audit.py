"""Asks Coq, in a fresh toplevel, what the constants of a compiled module rest on.

What the module declares, and what its statements name, is read from its .vo (vo_library.py), so
that nothing which the module makes Coq print can add or hide a name. The module is only required,
never imported, so none of its notations or coercions are active here; constants are named in full.
Each answer goes to a file of its own (`Redirect`), so nothing can pass for another answer; and of
what Coq prints, nothing is ever sent back that is not a name.
"""

from __future__ import annotations

import re
from typing import Callable

import vo_aliases
from vo_library import AXIOM, FUNCTOR, INDUCTIVE, MODULE_TYPE, PUBLIC, Closure, Library

_SETTINGS = (
    # First: a module can leave warnings set to be errors, which would stop the commands below.
    'Set Warnings "-all"',
    'Set Debug "-all"',
    "Unset Ltac Debug",
    "Set Printing Width 1000000",
    "Set Printing Depth 1000000",
    "Unset Printing Notations",
    "Unset Printing All",
    "Unset Printing Universes",
)

_UNSAFE = (
    (" is assumed to be guarded.", "guard"),
    (" is assumed to be positive.", "positivity"),
    (" relies on an unsafe hierarchy.", "type-in-type"),
    (" relies on definitional UIP.", "definitional UIP"),
    (" has its universe constraints unchecked.", "universes"),
)
_HEADERS = ("Axioms:", "Section Variables:", "Opaque constants:", "Transparent constants:")
_NAME = re.compile(r"[^\W\d][\w']*(?:\.[^\W\d][\w']*)*")
# The names of Coq have more characters than `_NAME` (a no-break space), but no blank and no quote.
_ASSUMED = re.compile(r'[^ \t"]+(?: ?:| is | relies | has |$)')

_PROGRESS = re.compile(rf"Fetching opaque proofs from disk for {_NAME.pattern}")

THEOREM = "theorem"
_MEMBERS = {
    FUNCTOR: "a member of a parametrised module",
    MODULE_TYPE: "a member of a module type",
}

# Sends commands, waits until Coq has run them, and returns what it printed meanwhile.
Ask = Callable[[list[str]], str]
Read = Callable[[str], str]


class AuditError(Exception):
    """Coq's answer is not one that the audit can judge."""


def audit(request: dict, ask: Ask, read: Read, closure: Closure) -> dict:
    """Request keys: `logical`.

    `read(name)` is the text that `Redirect "<folder>/<name>"` wrote, or "". `closure` has the
    module's .vo, and at least the stubs of its imports.
    """
    logical = request["logical"]
    log = ask([f"Require {logical}", *_SETTINGS])
    ask([_redirect("libraries", "Print Libraries"), _redirect("ml", "Print ML Modules")])
    libraries = _libraries(read("libraries"))
    own = closure.library(logical)
    if own is None or logical not in libraries:
        raise AuditError(f"the module {logical} cannot be loaded: {log.strip()}")
    names = [".".join((logical, *path)) for path, _ in own.public()]
    confused = vo_aliases.confused(closure, own)
    try:
        found = _rests(names, "rests", ask, read)
    except AuditError as e:  # confused names can be the reason
        raise AuditError("; ".join([str(e), *confused[:1]])) from e
    full = _Names(closure, libraries, ask, read)
    full.locate({shown for rows in found.values() for shown, _, _ in rows})
    return {
        "constants": {
            name: [full.assumption(*row) for row in rows] for name, rows in found.items()
        },
        "kinds": _kinds(own, ask, read),
        "mentions": {
            ".".join((logical, *path)): closure.mentions(declaration.type)
            for path, declaration in own.public()
            if declaration.kind != INDUCTIVE
        },
        "confused": confused,
        "ml_modules": _ml_modules(read("ml")),
    }


def explain(request: dict, ask: Ask, read: Read, closure: Closure) -> dict:
    """Which constants of `modules` rest on `axiom`, and which of those each one's term names.

    Only what the module loads is asked about: beside a module `b` of `a.v`, Coq loads no `a/b.v`.
    """
    ask([f"Require {request['logical']}", *_SETTINGS])
    ask([_redirect("libraries", "Print Libraries")])
    libraries = _libraries(read("libraries"))
    declared = {}
    for module in sorted(libraries.intersection(request["modules"])):
        library = closure.library(module)
        for path, declaration in library.public() if library else ():
            declared[".".join((module, *path))] = (library, declaration)
    found = _rests(list(declared), "rests", ask, read)
    full = _Names(closure, libraries, ask, read)
    full.locate({shown for rows in found.values() for shown, _, _ in rows})
    tainted = [
        name for name, rows in found.items()
        if any(full.assumption(*row)["name"] == request["axiom"] for row in rows)
    ]
    mentions = {}
    for name in tainted:
        library, declaration = declared[name]
        value = [0, declaration.type, declaration.body, library.proof(declaration)]
        mentions[name] = sorted(
            other for other in set(closure.mentions(value)).intersection(tainted) if other != name
        )
    return {"mentions": mentions}


def _redirect(name: str, command: str) -> str:
    return f'Redirect "audit_out/{name}" {command}'


def _libraries(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if _NAME.fullmatch(line.strip())}


def _rests(
    names: list[str], label: str, ask: Ask, read: Read
) -> dict[str, list[tuple[str, str, str]]]:
    ask([_redirect(f"{label}_{i}", f"Print Assumptions {name}") for i, name in enumerate(names)])
    return {name: _assumptions(name, read(f"{label}_{i}")) for i, name in enumerate(names)}


class _Names:
    """Full names, and the files that declare them, of names as Coq shows them.

    No two loaded files can hold modules of one full name, which Coq refuses ("already exists"). So
    a full name is ambiguous only where a file `a.v` has a functor or a module type `b` and there
    is a file `a/b.v`; then the files' own declarations decide.
    """

    def __init__(self, closure: Closure, libraries: set[str], ask: Ask, read: Read) -> None:
        self.closure, self.libraries, self.ask, self.read = closure, libraries, ask, read
        self.full: dict[str, str] = {}

    def assumption(self, shown: str, statement: str, unsafe: str) -> dict[str, str]:
        name = self.full.get(shown, shown)
        return {
            "name": name,
            "statement": statement,
            "unsafe": unsafe,
            # Of more than one, none is the home that a policy or a composition looks for.
            "home": " or ".join(self._homes(name)),
        }

    def _homes(self, name: str) -> list[str]:
        """The loaded files that can declare a constant of this full name."""
        parts = name.split(".")
        cuts = [n for n in range(1, len(parts)) if ".".join(parts[:n]) in self.libraries]
        homes = [".".join(parts[:n]) for n in cuts]
        if len(homes) < 2:
            return homes
        declaring = []
        for home, cut in zip(homes, cuts):
            library = self.closure.library(home)
            if library is None or library.find(tuple(parts[cut:])) is not None:
                declaring.append(home)
        return declaring

    def locate(self, shown: set[str]) -> None:
        """A name that the toplevel cannot reach, such as one behind a seal, is already full."""
        names = sorted(name for name in shown if _NAME.fullmatch(name))
        self._ask_for("axiom", names)
        for name in names:
            found = _located(self.read(f"axiom_{names.index(name)}"))
            self.full[name] = found or self._of_suffix(name)

    def _ask_for(self, label: str, names: list[str]) -> None:
        self.ask([_redirect(f"{label}_{i}", f"Locate Term {n}") for i, n in enumerate(names)])

    def _of_suffix(self, shown: str) -> str:
        """A short name that begins with a word of Coq's (`exists.lemma`) cannot be asked for: the
        full ones that end so can, and Coq says which of them it shows so."""
        fitting = sorted(
            name
            for home in self.libraries
            if self.closure.is_own(home)
            for name in (str(d.name) for d in self.closure.library(home).declarations)
            if name.endswith("." + shown)
        )
        if not fitting:
            return shown
        self._ask_for("fitting", fitting)
        told = [
            name
            for i, name in enumerate(fitting)
            if f" is {shown})" in self.read(f"fitting_{i}")
        ]
        if len(told) != 1:
            raise AuditError(
                f"Coq shows a constant as {shown}, which is one of {', '.join(fitting)}; give one "
                "of them another name"
            )
        return told[0]


def _located(text: str) -> str | None:
    words = text.split()
    known = len(words) > 1 and words[0] in ("Constant", "Inductive", "Constructor")
    return words[1] if known and _NAME.fullmatch(words[1]) else None


def _kinds(own: Library, ask: Ask, read: Read) -> dict[str, str]:
    """What each thing that the module declares is: `THEOREM`, or words for it."""
    kinds, asked = {}, []
    for declaration in own.declarations:
        for name in declaration.names():
            if declaration.where in _MEMBERS and "#" not in name:  # no functor's parameter
                kinds.setdefault(name, _MEMBERS[declaration.where])
    for declaration in own.declarations:
        if declaration.where != PUBLIC:
            continue
        if declaration.kind == INDUCTIVE:
            inside = str(declaration.name).rpartition(".")[0]
            for name, constructors in declaration.types:
                kinds[f"{inside}.{name}"] = "an inductive type or record"
                kinds.update((f"{inside}.{c}", "a constructor") for c in constructors)
        else:
            asked.append(declaration)
    ask([_redirect(f"kind_{i}", _is_proof(str(d.name))) for i, d in enumerate(asked)])
    for i, declaration in enumerate(asked):
        if read(f"kind_{i}").split() == ["Set", ":", "Type"]:
            kinds[str(declaration.name)] = THEOREM
        else:
            kinds[str(declaration.name)] = (
                "a parameter" if declaration.kind == AXIOM else "a definition"
            )
    return kinds


def _is_proof(name: str) -> str:
    """A command that answers `Set : Type` if the type of a constant is a proposition.

    Tactics ask for types as they are, where a cast would let a coercion or a flag of the module
    change the question.
    """
    return (
        f"Check (ltac:(let x := constr:(@{name}) in let t := type of x in let s := type of t in "
        "let r := eval hnf in s in lazymatch r with Prop => exact Set | SProp => exact Set end))"
    )


def _assumptions(name: str, text: str) -> list[tuple[str, str, str]]:
    """Rows of `Print Assumptions`: name as shown, statement, bypassed check.

    Every assumption begins a line, so whatever a statement prints, none is missed. A string in a
    statement can hold line breaks: what follows one is the statement's, unless it reads as an
    assumption, which it then counts as.
    """
    lines = [line for line in text.strip().split("\n") if not _PROGRESS.fullmatch(line)]
    if lines == ["Closed under the global context"]:
        return []
    if not any(lines):
        raise AuditError(f"`Print Assumptions {name}` gave no answer")
    rows: list[tuple[str, str, str]] = []
    for line in lines:
        in_string = bool(rows) and rows[-1][1].count('"') % 2 == 1
        header = line in _HEADERS
        if header and not in_string:
            continue
        if line[:1] == " " or (in_string and (header or not _ASSUMED.match(line))):
            if not rows:
                raise AuditError(f"`Print Assumptions {name}` printed {line!r}")
            shown, statement, unsafe = rows[-1]
            rows[-1] = (shown, f"{statement} {line.strip()}".strip(), unsafe)
            continue
        rows.append(_assumption(name, line))
    return rows


def _assumption(name: str, line: str) -> tuple[str, str, str]:
    for ending, unsafe in _UNSAFE:
        if line.endswith(ending) and _NAME.fullmatch(line[: -len(ending)]):
            return line[: -len(ending)], "", unsafe
    shown, colon, statement = line.partition(" :")
    if not colon:
        shown, colon, statement = line.partition(":")
    if not _NAME.fullmatch(shown):
        return line.strip(), "", "unknown: Coq reported it in words that the audit does not know"
    return shown, statement.strip(), ""


def _ml_modules(text: str) -> list[str]:
    """Names of plugins: findlib's, or those of files without `_plugin.cmxs`."""
    head, _, tail = text.partition(":")
    if head.strip() != "Loaded ML Modules":
        raise AuditError(f"`Print ML Modules` printed {text!r}")
    names = {line.split()[0] for line in tail.splitlines() if line.strip()}
    return sorted(re.sub(r"(_plugin)?\.cmxs$", "", name) for name in names)
