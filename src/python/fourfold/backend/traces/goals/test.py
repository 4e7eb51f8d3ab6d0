from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.util.logging import LogLevel

from fourfold.backend.traces.subsystem import TraceComparisonsSubsystem, TracesSubsystem
from fourfold.backend.traces.target_types import (
    ComparisonBoundsField,
    TraceCornerField,
    TraceNetField,
)
from fourfold.engine import EnvironmentField, _uncacheable_rule, collect_rules, implicitly
from fourfold.prover.goal_results import recorded_test
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import JudgeTargetRequest, judge_target


@dataclass(frozen=True)
class TraceTestFieldSet(TestFieldSet):
    required_fields = (TraceNetField, TraceCornerField)

    net: TraceNetField
    corner: TraceCornerField
    environment: EnvironmentField


class TraceTestRequest(TestRequest):
    tool_subsystem = TracesSubsystem  # type: ignore[assignment]
    field_set_type = TraceTestFieldSet


@dataclass(frozen=True)
class ComparisonTestFieldSet(TestFieldSet):
    required_fields = (ComparisonBoundsField,)

    bounds: ComparisonBoundsField


class ComparisonTestRequest(TestRequest):
    tool_subsystem = TraceComparisonsSubsystem  # type: ignore[assignment]
    field_set_type = ComparisonTestFieldSet


# Uncacheable, because they write the report: see verdict_log.py.
@_uncacheable_rule(desc="Test a training run", level=LogLevel.DEBUG)
async def test_trace(
    batch: TraceTestRequest.Batch[TraceTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    return await recorded_test(judgement, address, test.output, dist, fourfold)


@_uncacheable_rule(desc="Test a comparison of traces", level=LogLevel.DEBUG)
async def test_comparison(
    batch: ComparisonTestRequest.Batch[ComparisonTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    return await recorded_test(judgement, address, test.output, dist, fourfold)


def rules():
    return [*collect_rules(), *TraceTestRequest.rules(), *ComparisonTestRequest.rules()]
