from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs, Paths
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq.target_types import CoqTheoryTarget
from fourfold.backend.prover.goals import putative_libraries


@dataclass(frozen=True)
class PutativeCoqTargetsRequest(PutativeTargetsRequest):
    pass


@rule(desc="Find Coq sources without a target", level=LogLevel.DEBUG)
async def find_putative_coq_targets(
    request: PutativeCoqTargetsRequest, all_owned_sources: AllOwnedSources
) -> PutativeTargets:
    found = await Get(Paths, PathGlobs, request.path_globs("*.v"))
    return putative_libraries(CoqTheoryTarget, found.files, all_owned_sources)


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeCoqTargetsRequest)]
