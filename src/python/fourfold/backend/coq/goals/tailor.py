from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Iterable

from pants.core.goals.tailor import (
    AllOwnedSources,
    PutativeTarget,
    PutativeTargets,
    PutativeTargetsRequest,
)
from pants.engine.fs import PathGlobs, Paths
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq.target_types import CoqTheoryTarget


@dataclass(frozen=True)
class PutativeCoqTargetsRequest(PutativeTargetsRequest):
    pass


def topmost_folders(files: Iterable[str]) -> dict[str, list[str]]:
    """Folder -> files in and below it, for the folders that lie in no other one with files.

    A theory is a tree of folders below one logical name, so it needs one target.
    """
    folders = sorted({os.path.dirname(f) for f in files})
    tops: list[str] = []
    for folder in folders:
        if not any(top == "" or folder == top or folder.startswith(top + "/") for top in tops):
            tops.append(folder)
    return {
        top: sorted(f for f in files if top == "" or f.startswith(top + "/")) for top in tops
    }


@rule(desc="Find Coq sources without a target", level=LogLevel.DEBUG)
async def find_putative_coq_targets(
    request: PutativeCoqTargetsRequest, all_owned_sources: AllOwnedSources
) -> PutativeTargets:
    found = await Get(Paths, PathGlobs, request.path_globs("*.v"))
    unowned = set(found.files) - set(all_owned_sources)
    return PutativeTargets(
        PutativeTarget.for_target_type(
            CoqTheoryTarget, path=folder, name=None, triggering_sources=files
        )
        for folder, files in topmost_folders(unowned).items()
    )


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeCoqTargetsRequest)]
