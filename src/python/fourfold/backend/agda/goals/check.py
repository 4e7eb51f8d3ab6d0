from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.check import CheckRequest, CheckResults
from pants.engine.target import FieldSet, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.compile import CompileAgdaRequest, compile_agda
from fourfold.backend.agda.dependency_inference import toolchain_of
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaModulePrefixField,
    AgdaSourceField,
    AgdaToolchainField,
)
from fourfold.engine import EnvironmentField, collect_rules, implicitly, rule
from fourfold.prover.goals import check_results, compiled_or_broken
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import SkipProverField
from fourfold.toolchains.subsystem import FourfoldSubsystem


@dataclass(frozen=True)
class AgdaCheckFieldSet(FieldSet):
    required_fields = (AgdaSourceField, AgdaModulePrefixField)

    source: AgdaSourceField
    toolchain: AgdaToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class AgdaCheckRequest(CheckRequest):
    field_set_type = AgdaCheckFieldSet
    tool_name = AgdaSubsystem.options_scope


@rule(desc="Compile Agda modules", level=LogLevel.DEBUG)
async def check_agda(
    request: AgdaCheckRequest, agda: AgdaSubsystem, graph: ProofGraph, fourfold: FourfoldSubsystem
) -> CheckResults:
    if agda.skip:
        return CheckResults([], checker_name=request.tool_name)
    compiled = await compiled_or_broken(
        [fs.address for fs in request.field_sets],
        lambda address: compile_agda(CompileAgdaRequest(graph.by_address[address]), **implicitly()),
    )
    toolchains = {fs.address: toolchain_of(fs.toolchain, agda) for fs in request.field_sets}
    return check_results(compiled, toolchains, fourfold, request.tool_name)


def rules():
    return [*collect_rules(), UnionRule(CheckRequest, AgdaCheckRequest)]
