"""Lets numeric code cite Coq theorems."""

from __future__ import annotations

from pants.engine.rules import collect_rules, rule
from pants.engine.unions import UnionRule
from pants.util.frozendict import FrozenDict

from fourfold.backend.coq.dependency_inference import CoqModuleMap
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.gradients.citations import ProofModules, ProofModulesRequest


class CoqProofModulesRequest(ProofModulesRequest):
    prover = "coq"


@rule
def coq_proof_modules(
    _: CoqProofModulesRequest, modules: CoqModuleMap, coq: CoqSubsystem
) -> ProofModules:
    """A module for several toolchains is cited as the default one provides it."""
    toolchains = sorted(modules.by_toolchain, key=lambda name: name == coq.default_toolchain)
    owners = {}
    for toolchain in toolchains:
        owners.update(modules.owners(toolchain))
    return ProofModules(FrozenDict(owners))


def rules():
    return [*collect_rules(), UnionRule(ProofModulesRequest, CoqProofModulesRequest)]
