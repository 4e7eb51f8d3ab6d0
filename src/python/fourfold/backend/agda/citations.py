"""Where Agda modules are, for those who cite their theorems."""

from __future__ import annotations

from pants.engine.unions import UnionRule

from fourfold.backend.agda.dependency_inference import AgdaModuleMap
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.engine import collect_rules, rule
from fourfold.witness.citations import ProofModules, ProofModulesRequest


class AgdaProofModulesRequest(ProofModulesRequest):
    prover = "agda"


@rule
def agda_proof_modules(
    _: AgdaProofModulesRequest, modules: AgdaModuleMap, agda: AgdaSubsystem
) -> ProofModules:
    return ProofModules(modules.preferring(agda.default_toolchain))


def rules():
    return [*collect_rules(), UnionRule(ProofModulesRequest, AgdaProofModulesRequest)]
