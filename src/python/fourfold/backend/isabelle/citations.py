"""Where Isabelle sessions are, for those who cite their theorems."""

from __future__ import annotations

from pants.engine.unions import UnionRule

from fourfold.backend.isabelle.dependency_inference import IsabelleSessionMap
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.engine import collect_rules, rule
from fourfold.witness.citations import ProofModules, ProofModulesRequest


class IsabelleProofModulesRequest(ProofModulesRequest):
    prover = "isabelle"


@rule
def isabelle_proof_modules(
    _: IsabelleProofModulesRequest, sessions: IsabelleSessionMap, isabelle: IsabelleSubsystem
) -> ProofModules:
    return ProofModules(sessions.preferring(isabelle.default_toolchain))


def rules():
    return [
        *collect_rules(),
        UnionRule(ProofModulesRequest, IsabelleProofModulesRequest),
    ]
