"""What `tailor` does for every prover: targets that are valid, for sources that are its own."""

from __future__ import annotations

import glob
import logging
import os
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Sequence, Type

from pants.base.build_environment import get_buildroot
from pants.core.goals.tailor import (
    AllOwnedSources,
    PutativeTarget,
    PutativeTargets,
    PutativeTargetsRequest,
)
from pants.engine.fs import PathGlobs
from pants.engine.target import Target
from pants.option.global_options import GlobalOptions

from fourfold.core.project_files import Root, roots_of
from fourfold.core.tailoring import LibraryPlan, Unfit, plan_libraries
from fourfold.engine import get_digest_contents, implicitly, path_globs_to_paths
from fourfold.toolchains.lock import Library

logger = logging.getLogger(__name__)


def plugin_folders(pythonpath: Iterable[str], buildroot: str) -> tuple[str, ...]:
    """Where the plugins' own sources lie, which are no library of the user's."""
    relative = (os.path.relpath(path, buildroot) for path in pythonpath)
    return tuple(path + os.sep for path in relative if path not in (os.curdir, os.pardir))


async def unowned_sources(
    request: PutativeTargetsRequest,
    owned: AllOwnedSources,
    options: GlobalOptions,
    *globs: str,
) -> tuple[str, ...]:
    found = await path_globs_to_paths(request.path_globs(*globs))
    plugins = plugin_folders(options.pythonpath, get_buildroot())
    return tuple(f for f in found.files if f not in owned and not f.startswith(plugins))


async def declared_roots(globs: Iterable[str]) -> tuple[Root, ...]:
    """What the project files of other build tools say, wherever in the repository they lie."""
    if not globs:
        return ()
    contents = await get_digest_contents(**implicitly(PathGlobs([f"**/{g}" for g in globs])))
    return roots_of({f.path: f.content.decode(errors="replace") for f in contents})


async def texts_of(files: Iterable[str]) -> dict[str, str]:
    contents = await get_digest_contents(**implicitly(PathGlobs(map(glob.escape, files))))
    return {f.path: f.content.decode(errors="replace") for f in contents}


@dataclass(frozen=True)
class FoundLibrary:
    """What is known of a library when the fields of its target are written.

    `others` are files that match the prover's globs and are of something else, `texts` are those of
    all sources without a target, and `libraries` what the default toolchain can be asked for.
    """

    plan: LibraryPlan
    others: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, Library] = field(default_factory=dict)

    @property
    def own_texts(self) -> dict[str, str]:
        return {path: self.texts[path] for path in self.plan.files if path in self.texts}

    @property
    def name(self) -> str:
        """As its project file has it, or as its folder is called."""
        if self.plan.root is not None:
            return self.plan.root.name
        return os.path.basename(self.plan.folder or get_buildroot())


def planned_libraries(
    found: Iterable[str], unfit: Unfit, roots: Sequence[Root]
) -> tuple[LibraryPlan, ...]:
    plans, refused = plan_libraries(found, unfit, roots)
    for reason in refused:
        logger.warning(f"No target for {reason}")
    return plans


def putative_libraries(
    target_type: Type[Target], found: Iterable[tuple[LibraryPlan, Mapping[str, Any]]]
) -> PutativeTargets:
    """For each plan, with the fields that its target cannot do without."""
    return PutativeTargets(
        PutativeTarget.for_target_type(
            target_type,
            path=plan.folder,
            name=None if plan.folder else "root",
            triggering_sources=plan.files,
            kwargs=fields,
        )
        for plan, fields in found
    )


def sources_without(plan: LibraryPlan, default: Iterable[str]) -> dict[str, Any]:
    """The field `sources`, where the default would take what the plan leaves out."""
    excluded = [*plan.left_out, *(f"{folder}/**" for folder in plan.nested)]
    shallow = plan.root is not None and not plan.root.deep
    if shallow:
        default = [pattern.replace("**/", "") for pattern in default]
    if not excluded and not shallow:
        return {}
    relative = (os.path.relpath(path, plan.folder or os.curdir) for path in excluded)
    return {"sources": (*default, *(f"!{path}" for path in relative))}
