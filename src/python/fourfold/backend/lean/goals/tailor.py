from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs, Paths
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.target_types import LeanTheoryTarget
from fourfold.backend.prover.goals import putative_libraries


@dataclass(frozen=True)
class PutativeLeanTargetsRequest(PutativeTargetsRequest):
    pass


@rule(desc="Find Lean sources without a target", level=LogLevel.DEBUG)
async def find_putative_lean_targets(
    request: PutativeLeanTargetsRequest, all_owned_sources: AllOwnedSources
) -> PutativeTargets:
    found = await Get(Paths, PathGlobs, request.path_globs("*.lean"))
    return putative_libraries(LeanTheoryTarget, found.files, all_owned_sources)


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeLeanTargetsRequest)]
