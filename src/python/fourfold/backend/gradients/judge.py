"""The judgement of a numeric check: its numbers, and the theorems that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.target_types import PythonResolveField
from pants.core.goals.test import TestSubsystem
from pants.engine.target import Target, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.gradients import judgement
from fourfold.backend.gradients.dependency_inference import CitationsInClosure, scan_closure
from fourfold.backend.gradients.subsystem import FiniteDifferencesSubsystem, OraclesSubsystem
from fourfold.backend.gradients.target_types import (
    ORACLE_FLAGS,
    FdChecksField,
    FdDrawsField,
    FdExplainField,
    FdModuleField,
    FdStepField,
    GradientTimeoutField,
    OracleNetField,
)
from fourfold.backend.nets.net_rules import NetRules
from fourfold.backend.nets.netspecs import NetSpecMap, owner_of_net
from fourfold.backend.numerics.findings import read_findings
from fourfold.backend.numerics.process import (
    PLOT_FOLDER,
    REPORT_PATH,
    NumericsProcess,
    run_numerics,
)
from fourfold.engine import collect_rules, implicitly, resolve_target, rule
from fourfold.witness.citations import CitationsRequest, resolve_citations
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeFdRequest(JudgeRequest):
    field_type = FdModuleField


class JudgeOracleRequest(JudgeRequest):
    field_type = OracleNetField


def fd_arguments(target: Target, *, plot: bool) -> tuple[str, ...]:
    step, draws = target[FdStepField].value, target[FdDrawsField].value
    explained = sorted((target[FdExplainField].value or {}).items())
    return (
        f"--module={target[FdModuleField].value}",
        *(f"--check={name}" for name in target[FdChecksField].value or ()),
        *((f"--step={step}",) if step is not None else ()),
        *((f"--draws={draws}",) if draws is not None else ()),
        *(f"--explain={name}={why}" for name, why in explained),
        f"--report={REPORT_PATH}",
        *((f"--plot={PLOT_FOLDER}",) if plot else ()),
    )


def oracle_flags(target: Target) -> tuple[str, ...]:
    """Each field with a value, as the flag of the same name."""
    return tuple(
        f"--{field.alias.replace('_', '-')}={_flag_value(target[field].value)}"
        for field in ORACLE_FLAGS
        if target[field].value not in (None, ())
    )


def _flag_value(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class JudgeNumerics:
    """`kind` names the check in reports; `hint` is added where a process gave no report.

    `formulas` is what stands before the names of formulas in messages.
    """

    target: Target
    process: NumericsProcess
    kind: str
    formulas: str = ""
    hint: str = ""


_COUNTS = {
    FiniteDifferencesSubsystem.options_scope: judgement.fd_counts,
    OraclesSubsystem.options_scope: judgement.oracle_counts,
}


@rule(desc="Judge a numeric check", level=LogLevel.DEBUG)
async def judge_numerics(request: JudgeNumerics, python_setup: PythonSetup) -> Judgement:
    target = request.target
    answer = await run_numerics(request.process, **implicitly())
    findings = read_findings(
        request.process.module, answer.report, answer.exit_code, answer.problem + request.hint
    )
    cited = judgement.cited_by(findings, request.formulas)
    scanned = await scan_closure(CitationsInClosure(target.address))
    citations = await resolve_citations(CitationsRequest(cited), **implicitly())
    report = judgement.judge(
        findings,
        citations,
        judgement.unscanned(cited, scanned.citations),
        target=target.address.spec,
        prover=request.kind,
        counts=_COUNTS[request.kind](findings) if answer.report else (),
        toolchain=target[PythonResolveField].normalized_value(python_setup),
        toolchain_digest=answer.environment,
        seconds=(("run", (answer.metadata.total_elapsed_ms or 0) / 1000),),
    )
    return Judgement(report, (answer.metadata,), answer.plots)


@rule(desc="Compare derivatives with finite differences", level=LogLevel.DEBUG)
async def judge_fd(
    request: JudgeFdRequest, test: TestSubsystem, subsystem: FiniteDifferencesSubsystem
) -> Judgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="an `fd_check`"), **implicitly()
    )
    target = wrapped.target
    process = NumericsProcess(
        (target.address,),
        subsystem.runner,
        fd_arguments(target, plot=subsystem.plot),
        target[GradientTimeoutField].calculate_from_global_options(test),
        f"Compare {target[FdModuleField].value} with finite differences",
    )
    return await judge_numerics(
        JudgeNumerics(target, process, subsystem.options_scope), **implicitly()
    )


@rule(desc="Compare a training step with automatic differentiation", level=LogLevel.DEBUG)
async def judge_oracle(
    request: JudgeOracleRequest,
    test: TestSubsystem,
    subsystem: OraclesSubsystem,
    nets: NetSpecMap,
    net_rules: NetRules,
) -> Judgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="an oracle"), **implicitly()
    )
    target = wrapped.target
    net = target[OracleNetField].value
    owner_of_net(net, target.address, nets)  # raises for a path that nothing owns
    process = NumericsProcess(
        (target.address,),
        subsystem.runner,
        (f"--net={net}", *oracle_flags(target), f"--report={REPORT_PATH}"),
        target[GradientTimeoutField].calculate_from_global_options(test),
        f"Compare a training step of {net}",
        without=net_rules.unneeded(net),
    )
    hint = f"\nThe flags are the fields of {target.address} of the same names."
    return await judge_numerics(
        JudgeNumerics(target, process, subsystem.options_scope, "the rule", hint), **implicitly()
    )


def rules():
    return [
        *collect_rules(),
        UnionRule(JudgeRequest, JudgeFdRequest),
        UnionRule(JudgeRequest, JudgeOracleRequest),
    ]
