"""Logical names of Coq modules, and what a `Require` can mean."""

from __future__ import annotations

import difflib
import os
import re
from typing import Iterable

from fourfold.backend.coq.scanner import CoqRequire
from fourfold.core.paths import below, unfit_name_message, unfit_part

_IDENTIFIER = r"[^\W\d][\w']*"
_LOGICAL_NAME = re.compile(rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})*")


def is_logical_name(name: str) -> bool:
    return _LOGICAL_NAME.fullmatch(name) is not None


def logical_name(theory: str, folder: str, file_path: str) -> str:
    """The module of `file_path` in the theory whose BUILD file lies in `folder`.

    A theory without a name is the folder that the names of its files begin in.
    """
    relative = os.path.splitext(below(folder, file_path))[0]
    return ".".join([*([theory] if theory else []), *relative.split(os.sep)])


def refused_name(folder: str, file_path: str) -> str | None:
    """Why `file_path`, below the folder of its BUILD file, can be no module."""
    stem = os.path.splitext(below(folder, file_path))[0]
    part = unfit_part(stem, lambda part: re.fullmatch(_IDENTIFIER, part) is not None)
    rule = "letters, digits, `_` and `'`, and no digit first"
    return None if part is None else unfit_name_message(file_path, part, "Coq", rule)


# The roots of the standard library, under any of its names: Rocq 9 takes `Coq` for the others.
STANDARD_ROOTS = ("Coq", "Corelib", "Stdlib", "Ltac2")


def taken_name(module: str, libraries: Iterable[str]) -> str | None:
    """What of the toolchain `module` could be confused with; None where it cannot.

    `libraries` are modules and folders of modules. A module may stand beside them, as in a package
    that adds to a family of theirs, and may not be, hold or lie in one: a printed name such as
    `A.b.c` does not say which parts are files. Nor may its name be the end of one's, by which that
    can be called (`Init.Nat` for `Coq.Init.Nat`).
    """
    if root_of(module) in STANDARD_ROOTS:
        return root_of(module)
    return min((name for name in libraries if _confusable(module, name)), default=None)


def _confusable(module: str, name: str) -> bool:
    inside = name.startswith(module + ".") or module.startswith(name + ".")
    return name == module or inside or name.endswith("." + module)


def root_of(name: str) -> str:
    return name.split(".", 1)[0]


def load_root(name: str) -> str:
    """What the folder of a module's file is mapped to, as by `-Q . ""` for a name of one part."""
    return root_of(name) if "." in name else ""


def vo_path(name: str) -> str:
    return name.replace(".", "/") + ".vo"


def matching(require: CoqRequire, importer: str, names: Iterable[str]) -> tuple[str, ...]:
    """The modules among `names` that Coq can take `require` in the module `importer` to mean.

    With a prefix, the rest may be any suffix below it. Without one, the full name counts, and
    within the importer's own theory any suffix (its folder is on the load path with `-R`).
    """
    suffix = "." + require.name
    if require.prefix:
        exact = f"{require.prefix}.{require.name}"
        below = require.prefix + "."
        found = {n for n in names if n == exact or (n.startswith(below) and n.endswith(suffix))}
    else:
        exact = require.name
        own = root_of(importer) + "."
        found = {n for n in names if n == exact or (n.startswith(own) and n.endswith(suffix))}
    return (exact,) if exact in found else tuple(sorted(found))


def similar(require: CoqRequire, names: Iterable[str]) -> tuple[str, ...]:
    """Names that somebody who wrote `require` may have meant, the closest first."""
    wanted = f"{require.prefix}.{require.name}" if require.prefix else require.name
    names = sorted(names)
    same_end = [n for n in names if n.rsplit(".", 1)[-1] == wanted.rsplit(".", 1)[-1]]
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.7)
    return tuple(dict.fromkeys([*same_end, *close]))[:3]
