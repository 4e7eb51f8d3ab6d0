"""Which folders of sources without a target are libraries, and what each one leaves out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Callable, Iterable, Sequence

from fourfold.core.project_files import Root

# (folder of the BUILD file, source) -> why the source can be no module of that library.
Unfit = Callable[[str, str], "str | None"]


@dataclass(frozen=True)
class LibraryPlan:
    """`files` and `left_out` lie in and below `folder`, as paths from the root.

    `nested` are folders below it that are libraries of their own, and `root` is what a project file
    says of it.
    """

    folder: str
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    root: Root | None = None


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


def _lies_in(file: str, folder: str) -> bool:
    return not folder or file.startswith(folder + "/")


def root_of_file(file: str, roots: Iterable[Root]) -> Root | None:
    """The innermost one that takes the file."""
    found = [
        root
        for root in roots
        if os.path.dirname(file) == root.folder or root.deep and _lies_in(file, root.folder)
    ]
    return max(found, key=lambda root: len(root.folder)) if found else None


def _nested(folder: str, roots: Iterable[Root]) -> tuple[str, ...]:
    return tuple(r.folder for r in roots if r.folder != folder and _lies_in(r.folder, folder))


def plan_libraries(
    files: Iterable[str], unfit: Unfit, roots: Sequence[Root] = ()
) -> tuple[tuple[LibraryPlan, ...], tuple[str, ...]]:
    """A plan for each library, and why other files have no target.

    `roots` are the libraries that project files declare. Without one, a library is a tree of
    folders; one whose name no module can have may still hold a library of its own.
    """
    files = sorted(files)
    plans: list[LibraryPlan] = []
    refused: list[str] = []
    for root in roots:
        found = [f for f in files if root_of_file(f, roots) is root]
        reasons = {f: unfit(root.folder, f) for f in found if root.builds(f)}
        fit = tuple(f for f, reason in reasons.items() if reason is None)
        left_out = tuple(f for f in found if f not in fit)
        refused += [reason for reason in reasons.values() if reason is not None]
        if fit:
            nested = _nested(root.folder, roots) if root.deep else ()
            plans.append(LibraryPlan(root.folder, fit, left_out, nested, root))
    pending = [f for f in files if root_of_file(f, roots) is None]
    while pending:
        following: list[str] = []
        for folder, found in topmost_folders(pending).items():
            reasons = {f: unfit(folder, f) for f in found}
            fit = tuple(f for f, reason in reasons.items() if reason is None)
            left_out = tuple(f for f, reason in reasons.items() if reason is not None)
            if fit:
                plans.append(LibraryPlan(folder, fit, left_out, _nested(folder, roots)))
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
