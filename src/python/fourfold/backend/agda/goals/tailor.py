from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs, Paths
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.target_types import AgdaLibraryTarget
from fourfold.backend.prover.goals import putative_libraries


@dataclass(frozen=True)
class PutativeAgdaTargetsRequest(PutativeTargetsRequest):
    pass


@rule(desc="Find Agda sources without a target", level=LogLevel.DEBUG)
async def find_putative_agda_targets(
    request: PutativeAgdaTargetsRequest, all_owned_sources: AllOwnedSources
) -> PutativeTargets:
    found = await Get(Paths, PathGlobs, request.path_globs("*.agda", "*.lagda", "*.lagda.*"))
    return putative_libraries(AgdaLibraryTarget, found.files, all_owned_sources)


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeAgdaTargetsRequest)]
