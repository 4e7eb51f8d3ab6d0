from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.unions import UnionRule
from pants.option.global_options import GlobalOptions
from pants.util.logging import LogLevel

from fourfold.backend.agda.names import refused_name
from fourfold.backend.agda.target_types import AgdaLibrarySourcesField, AgdaLibraryTarget
from fourfold.engine import collect_rules, rule
from fourfold.prover.tailor import putative_libraries, sources_without, unowned_sources


@dataclass(frozen=True)
class PutativeAgdaTargetsRequest(PutativeTargetsRequest):
    pass


@rule(desc="Find Agda sources without a target", level=LogLevel.DEBUG)
async def find_putative_agda_targets(
    request: PutativeAgdaTargetsRequest,
    all_owned_sources: AllOwnedSources,
    options: GlobalOptions,
) -> PutativeTargets:
    globs = ("*.agda", "*.lagda", "*.lagda.*")
    return putative_libraries(
        AgdaLibraryTarget,
        await unowned_sources(request, all_owned_sources, options, *globs),
        refused_name,
        lambda plan: sources_without(plan, AgdaLibrarySourcesField.default),
    )


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeAgdaTargetsRequest)]
