"""Names of Agda modules, and where their files lie among those that Agda is given."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from typing import Collection, Iterable, Sequence

from fourfold.backend.agda.scanner import extension_of
from fourfold.core.paths import below, unfit_name_message, unfit_part

BUILTIN_ROOT = "Agda"  # the first part of the names of the toolchain's own modules

_PART = r"[^\s.;{}()@\"]+"
_MODULE_NAME = re.compile(rf"{_PART}(?:\.{_PART})*")


def is_module_name(name: str) -> bool:
    return _MODULE_NAME.fullmatch(name) is not None


def module_name(prefix: str, folder: str, file_path: str) -> str:
    """The module of `file_path` in the library whose BUILD file lies in `folder`."""
    relative = below(folder, file_path)
    extension = extension_of(relative) or ""
    parts = relative[: len(relative) - len(extension)].split(os.sep)
    return ".".join([prefix, *parts] if prefix else parts)


def refused_name(folder: str, file_path: str) -> str | None:
    """Why `file_path`, below the folder of its BUILD file, can be no module."""
    relative = below(folder, file_path)
    stem = relative[: len(relative) - len(extension_of(relative) or "")]
    part = unfit_part(stem, lambda part: re.fullmatch(_PART, part) is not None)
    rule = "no blank, no full stop, and none of ; { } ( ) @ \""
    return None if part is None else unfit_name_message(file_path, part, "Agda", rule)


# The auditor's own modules are beside those of the target.
_AUDITORS = re.compile("Fourfold(Audit|Claim|Probe|Proof|Reflection)")


def taken_name(module: str, toolchain: str, built_in: Collection[str]) -> str | None:
    """Why a module of a target may not have its name; `built_in` are the toolchain's modules."""
    if module in built_in:
        return (
            f"{module} has the name of a built-in module of {toolchain}, and could pass for it "
            "where others import it. Rename the file."
        )
    if root_of(module) == BUILTIN_ROOT:
        return f"{module}: names below `{BUILTIN_ROOT}` are the toolchain's. Rename the file."
    if _AUDITORS.fullmatch(module):
        return f"{module} has the name of a module of the audit's own. Rename the file."
    return None


def root_of(name: str) -> str:
    return name.split(".", 1)[0]


def source_path(name: str, file_path: str) -> str:
    """Below an include folder; the ending is that of the file in the repository."""
    return name.replace(".", "/") + (extension_of(file_path) or "")


def project_of(flags: Sequence[str]) -> str:
    """The folder of the modules that are compiled with `flags`: one Agda project for each set."""
    return hashlib.sha256(" ".join(flags).encode()).hexdigest()[:12]


def wanted_prefix(header: str | None, module: str) -> str | None:
    """The `module_prefix` with which the file's own name for itself would be right."""
    if header is None or not header.endswith("." + module):
        return None
    return header[: -len(module) - 1]


def similar(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """Names that somebody who wrote `wanted` may have meant, the closest first."""
    names = sorted(names)
    same_end = [n for n in names if n.rsplit(".", 1)[-1] == wanted.rsplit(".", 1)[-1]]
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.7)
    return tuple(dict.fromkeys([*same_end, *close]))[:3]
