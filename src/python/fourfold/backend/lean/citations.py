"""Where Lean modules are, for those who cite their theorems."""

from __future__ import annotations

from pants.engine.unions import UnionRule

from fourfold.backend.lean.dependency_inference import LeanModuleMap
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.engine import collect_rules, rule
from fourfold.witness.citations import ProofModules, ProofModulesRequest


class LeanProofModulesRequest(ProofModulesRequest):
    prover = "lean"


@rule
def lean_proof_modules(
    _: LeanProofModulesRequest, modules: LeanModuleMap, lean: LeanSubsystem
) -> ProofModules:
    return ProofModules(modules.preferring(lean.default_toolchain))


def rules():
    return [*collect_rules(), UnionRule(ProofModulesRequest, LeanProofModulesRequest)]
