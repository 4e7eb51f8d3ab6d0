from __future__ import annotations

import logging
import os
from dataclasses import replace
from typing import Any, Callable, Iterable, Mapping

from fourfold.backend.coq.flags import taken_over
from fourfold.backend.coq.names import is_logical_name, refused_name, root_of, vo_path
from fourfold.backend.coq.scanner import CoqRequire, looks_like_coq, scan_requires
from fourfold.backend.coq.spec import Coq
from fourfold.backend.coq.target_types import COQ
from fourfold.core.tailoring import LibraryPlan, fitting_name
from fourfold.prover.goals import ProverGoals, goal_rules
from fourfold.prover.tailor import FoundLibrary, sources_without
from fourfold.toolchains.lock import Library

logger = logging.getLogger(__name__)


def theory_fields(found: FoundLibrary) -> dict[str, Any]:
    """With the name and flags of its `_CoqProject` or dune file, and the libraries it imports."""
    plan = found.plan
    beside = sorted(f for f in found.others if f.startswith(plan.folder and plan.folder + "/"))
    plan = replace(plan, left_out=(*plan.left_out, *beside))
    name, flags = found.name, _flags(plan)
    if not is_logical_name(name) and (name or plan.root is None):
        name = fitting_name(name, is_logical_name, "L")
    libraries = libraries_for(_requires(found), found.libraries)
    return {
        **sources_without(plan, COQ.sources.default),
        **({} if name == os.path.basename(plan.folder) else {"logical_name": name}),
        **({"libraries": libraries} if libraries else {}),
        **({"flags": flags} if flags else {}),
    }


def _flags(plan: LibraryPlan) -> tuple[str, ...]:
    if plan.root is None:
        return ()
    kept, left = taken_over(plan.root.flags)
    if left:
        logger.warning(
            f"Flags of {plan.root.project} that are not taken over, since a target may not set "
            f"them: {' '.join(left)}. See `flags` in coq.md in "
            "Fourfold's documentation."
        )
    return kept


def _requires(found: FoundLibrary) -> list[CoqRequire]:
    return [r for text in found.own_texts.values() for r in scan_requires(text)]


def libraries_for(
    requires: Iterable[CoqRequire], libraries: Mapping[str, Library]
) -> tuple[str, ...]:
    """The fewest of a toolchain's libraries that have what is required.

    Where the names do not say which of several has it (`From mathcomp Require Import ssrint`), it
    is the one that needs the others.
    """
    chosen = set()
    for require in requires:
        asked = f"{require.prefix}.{require.name}" if require.prefix else require.name
        alike = [n for n, each in libraries.items() if _provides(each, root_of(asked), root_of)]
        exact = [n for n in alike if _provides(libraries[n], asked, str)]
        widest = [n for n in alike if set(alike) <= {n, *_needed(n, libraries)}]
        chosen |= set(exact or widest)
    return tuple(sorted(n for n in chosen if not any(n in _needed(m, libraries) for m in chosen)))


def _provides(library: Library, asked: str, part: Callable[[str], str]) -> bool:
    return any(f"{asked}.".startswith(f"{part(name)}.") for name in library.provides)


def _needed(name: str, libraries: Mapping[str, Library]) -> set[str]:
    """All that a library needs, but for itself."""
    found: set[str] = set()
    todo = list(libraries[name].needs)
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += libraries[each].needs if each in libraries else ()
    return found


GOALS = ProverGoals(
    prover=Coq,
    packaged=vo_path,  # ready for `-Q dist/coq/<toolchain>/L L`
    packaged_source=lambda module: vo_path(module)[:-1],
    tailored=COQ.library,
    globs=("*.v",),
    unfit=refused_name,
    belongs=looks_like_coq,
    projects=("_CoqProject", "dune"),
    fields=theory_fields,
)


def rules():
    return goal_rules(GOALS)
