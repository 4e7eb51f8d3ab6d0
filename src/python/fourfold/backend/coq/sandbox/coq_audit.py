"""Asks Coq, in a fresh toplevel, what a compiled module declares and what that rests on.

The module is only required, never imported, so none of its notations or coercions are active
here; constants are named in full. Each answer goes to a file of its own (`Redirect`), so nothing
that the module makes Coq print can pass for another answer.
"""

from __future__ import annotations

import re
from typing import Callable

# The names that Coq leaves out of `Search` by itself (Coq 8.16 to Rocq 9.2).
_BLACKLIST = ("Private_", "_subproof", "_subterm", "_dbl", "_ltac2_")

_SETTINGS = (
    # First: a module can leave warnings set to be errors, which would stop the commands below.
    'Set Warnings "-all"',
    "Set Printing Width 1000000",
    "Set Printing Depth 1000000",
    "Unset Printing Notations",
    "Unset Printing All",
    "Set Search Output Name Only",
)

_UNSAFE = (
    (" is assumed to be guarded.", "guard"),
    (" is assumed to be positive.", "positivity"),
    (" relies on an unsafe hierarchy.", "type-in-type"),
    (" relies on definitional UIP.", "definitional UIP"),
    (" has its universe constraints unchecked.", "universes"),
)
_NAME = re.compile(r"[^\W\d][\w']*(?:\.[^\W\d][\w']*)*")

_PROGRESS = re.compile(rf"Fetching opaque proofs from disk for {_NAME.pattern}")

# Sends commands, waits until Coq has run them, and returns what it printed meanwhile.
Ask = Callable[[list[str]], str]
Read = Callable[[str], str]


class AuditError(Exception):
    """Coq's answer is not one that the audit can judge."""


def audit(request: dict, ask: Ask, read: Read) -> dict:
    """Request keys: `logical`.

    `read(name)` is the text that `Redirect "<folder>/<name>"` wrote, or "".
    """
    logical = request["logical"]
    log = ask([f"Require {logical}", *_SETTINGS])
    ask(
        [_redirect("library", f"Locate Library {logical}")]
        + [f'Remove Search Blacklist "{entry}"' for entry in _BLACKLIST]
        + [
            _redirect("blacklist", "Print Table Search Blacklist"),
            _redirect("names", f"Search _ inside {logical}"),
            _redirect("ml", "Print ML Modules"),
        ]
    )
    if logical not in read("library"):
        raise AuditError(f"the module {logical} cannot be loaded: {log.strip()}")
    if '"' in read("blacklist"):
        raise AuditError(
            f"the module {logical} changes `Search Blacklist`, by which it could hide a constant"
        )
    shown = _names(read("names"))
    kinds = _locate("constant", shown, ask, read)
    lost = [n for n in shown if not kinds[n][0]]
    if lost:
        raise AuditError(f"`Locate Term {lost[0]}` does not find what Search shows")
    wanted = [n for n in shown if kinds[n][0] in ("Constant", "Inductive")]
    ask([_redirect(f"rests_{i}", f"Print Assumptions {n}") for i, n in enumerate(wanted)])
    found = {n: _assumptions(n, read(f"rests_{i}")) for i, n in enumerate(wanted)}
    full = _locate("axiom", sorted({a for rows in found.values() for a, _, _ in rows}), ask, read)
    return {
        "constants": {
            kinds[n][1]: [
                {"name": full[a][1], "statement": statement, "unsafe": unsafe}
                for a, statement, unsafe in rows
            ]
            for n, rows in found.items()
        },
        "ml_modules": _ml_modules(read("ml")),
    }


def explain(request: dict, ask: Ask, read: Read) -> dict:
    """Which constants of `modules` rest on `axiom`, and which of those each one's term names."""
    ask([f"Require {' '.join(request['modules'])}", *_SETTINGS])
    ask([f'Remove Search Blacklist "{entry}"' for entry in _BLACKLIST])
    ask([_redirect(f"names_{i}", f"Search _ inside {m}") for i, m in enumerate(request["modules"])])
    shown = [n for i in range(len(request["modules"])) for n in _names(read(f"names_{i}"))]
    ask([_redirect(f"rests_{i}", f"Print Assumptions {n}") for i, n in enumerate(shown)])
    rows = {n: _assumptions(n, read(f"rests_{i}")) for i, n in enumerate(shown)}
    shown_axioms = sorted({a for found in rows.values() for a, _, _ in found})
    axioms = _locate("axiom", shown_axioms, ask, read)
    tainted = [n for n in shown if any(axioms[a][1] == request["axiom"] for a, _, _ in rows[n])]
    located = _locate("constant", tainted, ask, read)
    ask(["Set Printing All"])
    ask([_redirect(f"body_{i}", f"Print {n}") for i, n in enumerate(tainted)])
    mentions = {}
    for i, name in enumerate(tainted):
        words = set(_NAME.findall(read(f"body_{i}")))
        mentions[located[name][1]] = sorted(
            located[other][1] for other in tainted if other != name and other in words
        )
    return {"mentions": mentions}


def _redirect(name: str, command: str) -> str:
    return f'Redirect "audit_out/{name}" {command}'


def _names(text: str) -> list[str]:
    names = text.split()
    for name in names:
        if not _NAME.fullmatch(name):
            raise AuditError(f"Search printed {name!r}, which is not the name of a constant")
    return list(dict.fromkeys(names))


def _locate(
    label: str, names: list[str], ask: Ask, read: Read
) -> dict[str, tuple[str, str]]:
    """Kind (`Constant`, `Inductive`, `Constructor`) and full name of each name as Coq shows it.

    A name that the toplevel cannot reach, such as one behind a sealed module, is already full.
    """
    ask([_redirect(f"{label}_{i}", f"Locate Term {n}") for i, n in enumerate(names)])
    located = {}
    for i, name in enumerate(names):
        words = read(f"{label}_{i}").split()
        known = len(words) > 1 and words[0] in ("Constant", "Inductive", "Constructor")
        located[name] = (words[0], words[1]) if known else ("", name)
    return located


def _assumptions(name: str, text: str) -> list[tuple[str, str, str]]:
    """Rows of `Print Assumptions`: name as shown, statement, bypassed check."""
    lines = [line for line in text.strip().splitlines() if not _PROGRESS.fullmatch(line)]
    if lines == ["Closed under the global context"]:
        return []
    if not lines:
        raise AuditError(f"`Print Assumptions {name}` gave no answer")
    rows: list[tuple[str, str, str]] = []
    for line in lines:
        if line in ("Axioms:", "Section Variables:", "Opaque constants:", "Transparent constants:"):
            continue
        if line[0].isspace():
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
