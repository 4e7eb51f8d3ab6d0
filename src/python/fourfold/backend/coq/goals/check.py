from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.check import CheckRequest, CheckResults
from pants.engine.target import FieldSet, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import CompileCoqRequest, compile_coq
from fourfold.backend.coq.dependency_inference import toolchain_of
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqLogicalNameField,
    CoqSourceField,
    CoqToolchainField,
)
from fourfold.engine import EnvironmentField, collect_rules, implicitly, rule
from fourfold.prover.goals import check_results, compiled_or_broken
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import SkipProverField
from fourfold.toolchains.subsystem import FourfoldSubsystem


@dataclass(frozen=True)
class CoqCheckFieldSet(FieldSet):
    required_fields = (CoqSourceField, CoqLogicalNameField)

    source: CoqSourceField
    toolchain: CoqToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class CoqCheckRequest(CheckRequest):
    field_set_type = CoqCheckFieldSet
    tool_name = CoqSubsystem.options_scope


@rule(desc="Compile Coq modules", level=LogLevel.DEBUG)
async def check_coq(
    request: CoqCheckRequest, coq: CoqSubsystem, graph: ProofGraph, fourfold: FourfoldSubsystem
) -> CheckResults:
    if coq.skip:
        return CheckResults([], checker_name=request.tool_name)
    compiled = await compiled_or_broken(
        [fs.address for fs in request.field_sets],
        lambda address: compile_coq(CompileCoqRequest(graph.by_address[address]), **implicitly()),
    )
    toolchains = {fs.address: toolchain_of(fs.toolchain, coq) for fs in request.field_sets}
    return check_results(compiled, toolchains, fourfold, request.tool_name)


def rules():
    return [*collect_rules(), UnionRule(CheckRequest, CoqCheckRequest)]
