from __future__ import annotations

from pants.engine.target import GeneratedTargets, GenerateTargetsRequest
from pants.engine.unions import UnionMembership, UnionRule

from fourfold.backend.agda.target_types import AgdaLibraryTarget
from fourfold.engine import collect_rules, rule
from fourfold.prover.library_targets import generated_library


class GenerateAgdaLibrary(GenerateTargetsRequest):
    generate_from = AgdaLibraryTarget


@rule
async def generate_agda_library(
    request: GenerateAgdaLibrary, union_membership: UnionMembership
) -> GeneratedTargets:
    return await generated_library(request, union_membership)


def rules():
    return [*collect_rules(), UnionRule(GenerateTargetsRequest, GenerateAgdaLibrary)]
