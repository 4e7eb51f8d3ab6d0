"""What `tailor` does for every prover: targets that are valid, for sources that are its own."""

from __future__ import annotations

import logging
import os
from typing import Any, Callable, Iterable, Mapping, Type

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

from fourfold.core.tailoring import LibraryPlan, Unfit, plan_libraries
from fourfold.engine import get_digest_contents, implicitly, path_globs_to_paths

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


async def belonging_sources(
    found: tuple[str, ...], belongs: Callable[[str], bool] | None
) -> list[str]:
    """Those of which `belongs` says so, given their text; all, where there is nothing to ask."""
    if belongs is None:
        return list(found)
    contents = await get_digest_contents(**implicitly(PathGlobs(found)))
    return sorted(f.path for f in contents if belongs(f.content.decode(errors="replace")))


def putative_libraries(
    target_type: Type[Target],
    found: Iterable[str],
    unfit: Unfit = lambda folder, file: None,
    fields: Callable[[LibraryPlan], Mapping[str, Any]] = lambda plan: {},
) -> PutativeTargets:
    """`fields` are those that the plan's target cannot do without."""
    plans, refused = plan_libraries(found, unfit)
    for reason in refused:
        logger.warning(f"No target for {reason}")
    return PutativeTargets(
        PutativeTarget.for_target_type(
            target_type,
            path=plan.folder,
            name=None if plan.folder else "root",
            triggering_sources=plan.files,
            kwargs=fields(plan),
        )
        for plan in plans
    )


def sources_without(plan: LibraryPlan, default: Iterable[str]) -> dict[str, Any]:
    """The field `sources`, where the default would take what the plan leaves out."""
    if not plan.left_out:
        return {}
    excluded = (os.path.relpath(file, plan.folder or os.curdir) for file in plan.left_out)
    return {"sources": (*default, *(f"!{file}" for file in excluded))}
