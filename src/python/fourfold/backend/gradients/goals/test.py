from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.target_types import PythonResolveField
from pants.build_graph.address import Address
from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
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
    OracleAllowMissingField,
    OracleBatchField,
    OracleCornersField,
    OracleExplainField,
    OracleMaxAbsStep2Field,
    OracleMaxUlpField,
    OracleNetField,
    OracleOptimizerField,
    OracleRateField,
    OracleSeedField,
    OracleStartField,
)
from fourfold.backend.nets.net_rules import NetRules
from fourfold.backend.nets.netspecs import NetSpecMap, owner_of_net
from fourfold.backend.numerics.process import (
    PLOT_FOLDER,
    REPORT_PATH,
    NumericsAnswer,
    NumericsProcess,
    run_numerics,
)
from fourfold.core.report import Report
from fourfold.engine import EnvironmentField, _uncacheable_rule, collect_rules, implicitly, rule
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.citations import CitationsRequest, resolve_citations
from fourfold.witness.verdict_log import record_report, test_result


@dataclass(frozen=True)
class FdTestFieldSet(TestFieldSet):
    required_fields = (FdModuleField, GradientTimeoutField)

    module: FdModuleField
    checks: FdChecksField
    step: FdStepField
    draws: FdDrawsField
    explain: FdExplainField
    resolve: PythonResolveField
    timeout: GradientTimeoutField
    environment: EnvironmentField


class FdTestRequest(TestRequest):
    tool_subsystem = FiniteDifferencesSubsystem
    field_set_type = FdTestFieldSet


@dataclass(frozen=True)
class OracleTestFieldSet(TestFieldSet):
    required_fields = (OracleNetField, GradientTimeoutField)

    net: OracleNetField
    corners: OracleCornersField
    allow_missing: OracleAllowMissingField
    optimizer: OracleOptimizerField
    lr: OracleRateField
    batch: OracleBatchField
    seed: OracleSeedField
    start: OracleStartField
    max_abs_step2: OracleMaxAbsStep2Field
    max_ulp: OracleMaxUlpField
    explain: OracleExplainField
    resolve: PythonResolveField
    timeout: GradientTimeoutField
    environment: EnvironmentField

    def flags(self) -> tuple[str, ...]:
        """Each field with a value, as the flag of the same name."""
        fields = (getattr(self, f.name) for f in dataclasses.fields(self))
        by_type = {type(field): field for field in fields}
        return tuple(
            f"--{kind.alias.replace('_', '-')}={_flag_value(by_type[kind].value)}"
            for kind in ORACLE_FLAGS
            if by_type[kind].value not in (None, ())
        )


class OracleTestRequest(TestRequest):
    tool_subsystem = OraclesSubsystem
    field_set_type = OracleTestFieldSet


def _flag_value(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def fd_arguments(fs: FdTestFieldSet, *, plot: bool) -> tuple[str, ...]:
    return (
        f"--module={fs.module.value}",
        *(f"--check={name}" for name in fs.checks.value or ()),
        *((f"--step={fs.step.value}",) if fs.step.value is not None else ()),
        *((f"--draws={fs.draws.value}",) if fs.draws.value is not None else ()),
        *(f"--explain={name}={why}" for name, why in sorted((fs.explain.value or {}).items())),
        f"--report={REPORT_PATH}",
        *((f"--plot={PLOT_FOLDER}",) if plot else ()),
    )


@dataclass(frozen=True)
class JudgeNumerics:
    """`kind` names the check in reports; `hint` is added where a process gave no report."""

    address: Address
    process: NumericsProcess
    kind: str
    resolve: str
    hint: str = ""


@dataclass(frozen=True)
class NumericsJudgement:
    report: Report
    answer: NumericsAnswer


_READERS = {
    FiniteDifferencesSubsystem.options_scope: judgement.read_fd_report,
    OraclesSubsystem.options_scope: judgement.read_oracle_report,
}


@rule(desc="Judge a numeric check", level=LogLevel.DEBUG)
async def judge_numerics(request: JudgeNumerics) -> NumericsJudgement:
    answer = await run_numerics(request.process, **implicitly())
    if answer.problem:
        findings = judgement.Findings((f"{request.process.module} {answer.problem}{request.hint}",))
    else:
        findings = _READERS[request.kind](answer.report, answer.exit_code)
    scanned = await scan_closure(CitationsInClosure(request.address))
    citations = await resolve_citations(CitationsRequest(findings.cited), **implicitly())
    report = judgement.judge(
        findings,
        citations,
        judgement.unscanned(findings, scanned.citations),
        target=request.address.spec,
        prover=request.kind,
        toolchain=request.resolve,
        toolchain_digest=answer.environment,
        seconds=(("run", (answer.metadata.total_elapsed_ms or 0) / 1000),),
    )
    return NumericsJudgement(report, answer)


# Uncacheable, because they write the report: see verdict_log.py.
@_uncacheable_rule(desc="Compare derivatives with finite differences", level=LogLevel.DEBUG)
async def test_fd(
    batch: FdTestRequest.Batch[FdTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
    subsystem: FiniteDifferencesSubsystem,
    python_setup: PythonSetup,
) -> TestResult:
    fs = batch.single_element
    process = NumericsProcess(
        (fs.address,),
        subsystem.runner,
        fd_arguments(fs, plot=subsystem.plot),
        fs.timeout.calculate_from_global_options(test),
        f"Compare {fs.module.value} with finite differences",
    )
    judged = await judge_numerics(
        JudgeNumerics(
            fs.address,
            process,
            subsystem.options_scope,
            fs.resolve.normalized_value(python_setup),
        )
    )
    report = record_report(judged.report, fs.address, dist)
    result = await test_result(
        report,
        fs.address,
        (judged.answer.metadata,),
        test.output,
        strict=fourfold.strict,
        lacks=fourfold.lacks,
    )
    if not judged.answer.plots.files:
        return result
    return dataclasses.replace(result, extra_output=judged.answer.plots, log_extra_output=True)


@_uncacheable_rule(
    desc="Compare a training step with automatic differentiation", level=LogLevel.DEBUG
)
async def test_oracle(
    batch: OracleTestRequest.Batch[OracleTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
    subsystem: OraclesSubsystem,
    python_setup: PythonSetup,
    nets: NetSpecMap,
    net_rules: NetRules,
) -> TestResult:
    fs = batch.single_element
    owner_of_net(fs.net.value, fs.address, nets)  # raises for a path that nothing owns
    process = NumericsProcess(
        (fs.address,),
        subsystem.runner,
        (f"--net={fs.net.value}", *fs.flags(), f"--report={REPORT_PATH}"),
        fs.timeout.calculate_from_global_options(test),
        f"Compare a training step of {fs.net.value}",
        without=net_rules.unneeded(fs.net.value),
    )
    judged = await judge_numerics(
        JudgeNumerics(
            fs.address,
            process,
            subsystem.options_scope,
            fs.resolve.normalized_value(python_setup),
            hint=f"\nThe flags are the fields of {fs.address} of the same names.",
        )
    )
    report = record_report(judged.report, fs.address, dist)
    return await test_result(
        report,
        fs.address,
        (judged.answer.metadata,),
        test.output,
        strict=fourfold.strict,
        lacks=fourfold.lacks,
    )


def rules():
    return [*collect_rules(), *FdTestRequest.rules(), *OracleTestRequest.rules()]
