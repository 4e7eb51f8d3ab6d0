from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.util.logging import LogLevel

from fourfold.backend.gradients.subsystem import FiniteDifferencesSubsystem, OraclesSubsystem
from fourfold.backend.gradients.target_types import (
    FdModuleField,
    GradientTimeoutField,
    OracleNetField,
)
from fourfold.engine import EnvironmentField, _uncacheable_rule, collect_rules, implicitly
from fourfold.prover.goal_results import recorded_test
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import JudgeTargetRequest, judge_target


@dataclass(frozen=True)
class FdTestFieldSet(TestFieldSet):
    required_fields = (FdModuleField, GradientTimeoutField)

    module: FdModuleField
    environment: EnvironmentField


class FdTestRequest(TestRequest):
    tool_subsystem = FiniteDifferencesSubsystem  # type: ignore[assignment]
    field_set_type = FdTestFieldSet


@dataclass(frozen=True)
class OracleTestFieldSet(TestFieldSet):
    required_fields = (OracleNetField, GradientTimeoutField)

    net: OracleNetField
    environment: EnvironmentField


class OracleTestRequest(TestRequest):
    tool_subsystem = OraclesSubsystem  # type: ignore[assignment]
    field_set_type = OracleTestFieldSet


# Uncacheable, because they write the report: see verdict_log.py.
@_uncacheable_rule(desc="Compare derivatives with finite differences", level=LogLevel.DEBUG)
async def test_fd(
    batch: FdTestRequest.Batch[FdTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    # Plots are drawn for who asks for them.
    return await recorded_test(judgement, address, test.output, dist, fourfold, log_files=True)


@_uncacheable_rule(
    desc="Compare a training step with automatic differentiation", level=LogLevel.DEBUG
)
async def test_oracle(
    batch: OracleTestRequest.Batch[OracleTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    return await recorded_test(judgement, address, test.output, dist, fourfold)


def rules():
    return [*collect_rules(), *FdTestRequest.rules(), *OracleTestRequest.rules()]
