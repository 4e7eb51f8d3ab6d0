from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.check import CheckRequest, CheckResult, CheckResults
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import FieldSet, Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel
from pants.util.strutil import pluralize

from fourfold.backend.coq.compile import CompileCoqRequest, FallibleCompiledCoq
from fourfold.backend.coq.dependency_inference import CoqGraph
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqLogicalNameField, CoqSourceField
from fourfold.backend.prover.target_types import SkipProverField
from fourfold.core.verdict import exit_code
from fourfold.toolchains.subsystem import FourfoldSubsystem


@dataclass(frozen=True)
class CoqCheckFieldSet(FieldSet):
    required_fields = (CoqSourceField, CoqLogicalNameField)

    source: CoqSourceField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class CoqCheckRequest(CheckRequest):
    field_set_type = CoqCheckFieldSet
    tool_name = CoqSubsystem.options_scope


@rule(desc="Compile Coq modules", level=LogLevel.DEBUG)
async def check_coq(
    request: CoqCheckRequest, coq: CoqSubsystem, graph: CoqGraph, fourfold: FourfoldSubsystem
) -> CheckResults:
    if coq.skip:
        return CheckResults([], checker_name=request.tool_name)
    compiled = await MultiGet(
        Get(FallibleCompiledCoq, CompileCoqRequest(graph.by_address[fs.address]))
        for fs in request.field_sets
    )
    results = [
        CheckResult(
            exit_code(c.verdict, strict=fourfold.strict),
            f"{c.verdict.value}: {c.message}\n",
            "",
            partition_description=c.address.spec,
        )
        for c in sorted(compiled, key=lambda c: c.address)
        if not c.verdict.passes
    ]
    passed = len(compiled) - len(results)
    if passed:
        summary = f"compiled {pluralize(passed, 'module')}"
        results.append(CheckResult(0, "", "", partition_description=summary))
    return CheckResults(results, checker_name=request.tool_name)


def rules():
    return [*collect_rules(), UnionRule(CheckRequest, CoqCheckRequest)]
