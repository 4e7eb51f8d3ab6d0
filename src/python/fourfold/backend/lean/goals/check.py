from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.check import CheckRequest, CheckResults
from pants.engine.target import FieldSet, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, compile_lean
from fourfold.backend.lean.dependency_inference import toolchain_of
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import (
    LeanModulePrefixField,
    LeanSourceField,
    LeanToolchainField,
)
from fourfold.engine import EnvironmentField, collect_rules, implicitly, rule
from fourfold.prover.goals import check_results, compiled_or_broken
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import SkipProverField
from fourfold.toolchains.subsystem import FourfoldSubsystem


@dataclass(frozen=True)
class LeanCheckFieldSet(FieldSet):
    required_fields = (LeanSourceField, LeanModulePrefixField)

    source: LeanSourceField
    toolchain: LeanToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class LeanCheckRequest(CheckRequest):
    field_set_type = LeanCheckFieldSet
    tool_name = LeanSubsystem.options_scope


@rule(desc="Compile Lean modules", level=LogLevel.DEBUG)
async def check_lean(
    request: LeanCheckRequest, lean: LeanSubsystem, graph: ProofGraph, fourfold: FourfoldSubsystem
) -> CheckResults:
    if lean.skip:
        return CheckResults([], checker_name=request.tool_name)
    compiled = await compiled_or_broken(
        [fs.address for fs in request.field_sets],
        lambda address: compile_lean(CompileLeanRequest(graph.by_address[address]), **implicitly()),
    )
    toolchains = {fs.address: toolchain_of(fs.toolchain, lean) for fs in request.field_sets}
    return check_results(compiled, toolchains, fourfold, request.tool_name)


def rules():
    return [*collect_rules(), UnionRule(CheckRequest, LeanCheckRequest)]
