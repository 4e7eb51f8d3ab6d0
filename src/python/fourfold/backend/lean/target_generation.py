from __future__ import annotations

from pants.engine.target import GeneratedTargets, GenerateTargetsRequest
from pants.engine.unions import UnionMembership, UnionRule

from fourfold.backend.lean.target_types import LeanTheoryTarget
from fourfold.engine import collect_rules, rule
from fourfold.prover.library_targets import generated_library


class GenerateLeanTheory(GenerateTargetsRequest):
    generate_from = LeanTheoryTarget


@rule
async def generate_lean_theory(
    request: GenerateLeanTheory, union_membership: UnionMembership
) -> GeneratedTargets:
    return await generated_library(request, union_membership)


def rules():
    return [*collect_rules(), UnionRule(GenerateTargetsRequest, GenerateLeanTheory)]
