"""Names of Lean modules, and where their files lie."""

from __future__ import annotations

import difflib
import os
import re
from typing import Collection, Iterable

from fourfold.core.paths import below

_COMPONENT = r"[^\W\d][\w'!?]*"
_MODULE_NAME = re.compile(rf"{_COMPONENT}(?:\.{_COMPONENT})*")


def is_module_name(name: str) -> bool:
    return _MODULE_NAME.fullmatch(name) is not None


def module_name(prefix: str, folder: str, file_path: str) -> str:
    """The module of `file_path`, in the theory whose BUILD file lies in `folder`."""
    relative = os.path.splitext(below(folder, file_path))[0]
    parts = relative.split(os.sep)
    return ".".join([prefix, *parts] if prefix else parts)


def module_path(name: str) -> str:
    """Without a suffix: `A/B` for `A.B`."""
    return name.replace(".", "/")


def similar(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Names that somebody who wrote `name` may have meant, the closest first."""
    names = sorted(names)
    same_end = [n for n in names if n.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]]
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.7)
    return tuple(dict.fromkeys([*same_end, *close]))[:3]


def answers_for(theorem: str, module: str, modules: Collection[str]) -> bool:
    """Whether a `module` whose target names `theorem` must have it.

    A declaration's name need not begin with its module's. If it begins with that of some module,
    this module answers; if with none, each that is asked does.
    """
    parts = theorem.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
    owner = next((p for p in prefixes if p in modules), None)
    return owner in (None, module)
