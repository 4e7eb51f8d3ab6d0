from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.unions import UnionRule
from pants.option.global_options import GlobalOptions
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.target_types import IsabelleSessionTarget
from fourfold.engine import collect_rules, rule
from fourfold.prover.tailor import putative_libraries, unowned_sources


@dataclass(frozen=True)
class PutativeIsabelleTargetsRequest(PutativeTargetsRequest):
    pass


@rule(desc="Find Isabelle sources without a target", level=LogLevel.DEBUG)
async def find_putative_isabelle_targets(
    request: PutativeIsabelleTargetsRequest,
    all_owned_sources: AllOwnedSources,
    options: GlobalOptions,
) -> PutativeTargets:
    found = await unowned_sources(request, all_owned_sources, options, "*.thy", "ROOT")
    return putative_libraries(IsabelleSessionTarget, found)


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeIsabelleTargetsRequest)]
