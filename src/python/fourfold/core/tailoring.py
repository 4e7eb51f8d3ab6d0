"""Which folders of sources without a target are libraries, and what each one leaves out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Callable, Iterable

# (folder of the BUILD file, source) -> why the source can be no module of that library.
Unfit = Callable[[str, str], "str | None"]


@dataclass(frozen=True)
class LibraryPlan:
    """`files` and `left_out` lie in and below `folder`, as paths from the root."""

    folder: str
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def topmost_folders(files: Iterable[str]) -> dict[str, list[str]]:
    """Folder -> files in and below it, for the folders that lie in no other one with files.

    A library is a tree of folders below one name, so it needs one target.
    """
    files = sorted(files)
    tops: list[str] = []
    for folder in sorted({os.path.dirname(f) for f in files}):
        if not any(top == "" or folder == top or folder.startswith(top + "/") for top in tops):
            tops.append(folder)
    return {top: [f for f in files if top == "" or f.startswith(top + "/")] for top in tops}


def plan_libraries(
    files: Iterable[str], unfit: Unfit
) -> tuple[tuple[LibraryPlan, ...], tuple[str, ...]]:
    """A plan for each library, and why other files have no target.

    A folder whose name no module can have may still hold a library of its own.
    """
    plans: list[LibraryPlan] = []
    refused: list[str] = []
    pending = sorted(files)
    while pending:
        following: list[str] = []
        for folder, found in topmost_folders(pending).items():
            reasons = {f: unfit(folder, f) for f in found}
            fit = tuple(f for f, reason in reasons.items() if reason is None)
            left_out = tuple(f for f, reason in reasons.items() if reason is not None)
            if fit:
                plans.append(LibraryPlan(folder, fit, left_out))
            for file in left_out:
                if os.path.dirname(file) == folder:
                    refused.append(reasons[file] or "")
                else:
                    following.append(file)
        pending = following
    return tuple(sorted(plans, key=lambda plan: plan.folder)), tuple(refused)


def fitting_name(folder: str, is_name: Callable[[str], bool], prefix: str) -> str:
    """The name of a folder, made into one that `is_name` takes."""
    name = os.path.basename(folder)
    if is_name(name):
        return name
    name = "".join(c if is_name("a" + c) else "_" for c in name)
    return name if is_name(name) else prefix + name
