from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.check import CheckRequest, CheckResults
from pants.engine.target import FieldSet, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.compile import (
    CompileSessionRequest,
    compile_session,
)
from fourfold.backend.isabelle.sessions import toolchain_of
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import IsabelleSourcesField, IsabelleToolchainField
from fourfold.engine import EnvironmentField, collect_rules, implicitly, rule
from fourfold.prover.goals import check_results, compiled_or_broken
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import SkipProverField
from fourfold.toolchains.subsystem import FourfoldSubsystem


@dataclass(frozen=True)
class IsabelleCheckFieldSet(FieldSet):
    required_fields = (IsabelleSourcesField,)

    sources: IsabelleSourcesField
    toolchain: IsabelleToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class IsabelleCheckRequest(CheckRequest):
    field_set_type = IsabelleCheckFieldSet
    tool_name = IsabelleSubsystem.options_scope


@rule(desc="Build Isabelle sessions", level=LogLevel.DEBUG)
async def check_isabelle(
    request: IsabelleCheckRequest,
    isabelle: IsabelleSubsystem,
    graph: ProofGraph,
    fourfold: FourfoldSubsystem,
) -> CheckResults:
    if isabelle.skip:
        return CheckResults([], checker_name=request.tool_name)
    compiled = await compiled_or_broken(
        [fs.address for fs in request.field_sets],
        lambda address: compile_session(
            CompileSessionRequest(graph.by_address[address]), **implicitly()
        ),
    )
    toolchains = {fs.address: toolchain_of(fs.toolchain, isabelle) for fs in request.field_sets}
    return check_results(compiled, toolchains, fourfold, request.tool_name)


def rules():
    return [*collect_rules(), UnionRule(CheckRequest, IsabelleCheckRequest)]
