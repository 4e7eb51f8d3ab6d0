from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.engine.target import Target
from pants.util.logging import LogLevel

from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import AgdaToolchainField
from fourfold.engine import EnvironmentField, _uncacheable_rule, collect_rules, implicitly
from fourfold.prover.goals import recorded_test
from fourfold.prover.target_types import SkipProverField
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import JudgeTargetRequest, judge_target


@dataclass(frozen=True)
class AgdaTestFieldSet(TestFieldSet):
    required_fields = (AgdaToolchainField,)  # a module has it, and a whole library

    toolchain: AgdaToolchainField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class AgdaTestRequest(TestRequest):
    tool_subsystem = AgdaSubsystem
    field_set_type = AgdaTestFieldSet


# Uncacheable, because it writes the report: see verdict_log.py.
@_uncacheable_rule(desc="Test Agda proofs", level=LogLevel.DEBUG)
async def test_agda(
    batch: AgdaTestRequest.Batch[AgdaTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    return await recorded_test(judgement, address, test.output, dist, fourfold)


def rules():
    return [*collect_rules(), *AgdaTestRequest.rules()]
