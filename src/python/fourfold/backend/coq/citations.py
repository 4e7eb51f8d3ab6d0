"""Where Coq modules are, for those who cite their theorems."""

from __future__ import annotations

from pants.engine.unions import UnionRule

from fourfold.backend.coq.dependency_inference import CoqModuleMap
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.engine import collect_rules, rule
from fourfold.witness.citations import ProofModules, ProofModulesRequest


class CoqProofModulesRequest(ProofModulesRequest):
    prover = "coq"


@rule
def coq_proof_modules(
    _: CoqProofModulesRequest, modules: CoqModuleMap, coq: CoqSubsystem
) -> ProofModules:
    return ProofModules(modules.preferring(coq.default_toolchain))


def rules():
    return [*collect_rules(), UnionRule(ProofModulesRequest, CoqProofModulesRequest)]
