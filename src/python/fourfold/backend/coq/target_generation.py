from __future__ import annotations

from pants.engine.target import GeneratedTargets, GenerateTargetsRequest
from pants.engine.unions import UnionMembership, UnionRule

from fourfold.backend.coq.target_types import CoqTheoryTarget
from fourfold.engine import collect_rules, rule
from fourfold.prover.library_targets import generated_library


class GenerateCoqTheory(GenerateTargetsRequest):
    generate_from = CoqTheoryTarget


@rule
async def generate_coq_theory(
    request: GenerateCoqTheory, union_membership: UnionMembership
) -> GeneratedTargets:
    return await generated_library(request, union_membership)


def rules():
    return [*collect_rules(), UnionRule(GenerateTargetsRequest, GenerateCoqTheory)]
