from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs, Paths
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.target_types import IsabelleSessionTarget
from fourfold.backend.prover.goals import putative_libraries


@dataclass(frozen=True)
class PutativeIsabelleTargetsRequest(PutativeTargetsRequest):
    pass


@rule(desc="Find Isabelle sources without a target", level=LogLevel.DEBUG)
async def find_putative_isabelle_targets(
    request: PutativeIsabelleTargetsRequest, all_owned_sources: AllOwnedSources
) -> PutativeTargets:
    found = await Get(Paths, PathGlobs, request.path_globs("*.thy", "ROOT"))
    return putative_libraries(IsabelleSessionTarget, found.files, all_owned_sources)


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeIsabelleTargetsRequest)]
