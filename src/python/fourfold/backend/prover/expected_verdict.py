"""`expected_verdict`: a test that a target gets a certain verdict, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.core.util_rules.environments import EnvironmentField
from pants.engine.addresses import UnparsedAddressInputs
from pants.engine.rules import Get, _uncacheable_rule, collect_rules
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    SpecialCasedDependencies,
    StringField,
    StringSequenceField,
    Target,
    Targets,
)
from pants.engine.unions import UnionMembership
from pants.option.option_types import SkipOption
from pants.option.subsystem import Subsystem
from pants.util.logging import LogLevel

from fourfold.backend.prover.judge import JudgeTargetRequest, TargetJudgement, judges_of
from fourfold.backend.prover.verdict_log import record_report, test_result
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.toolchains.subsystem import FourfoldSubsystem


class ExpectedVerdictSubsystem(Subsystem):
    options_scope = "expected-verdicts"
    name = "expected_verdict"
    help = "Tests that faulty sources are refused, with the right message."

    skip = SkipOption("test")


class JudgedModuleField(SpecialCasedDependencies):
    alias = "module"
    required = True
    help = "The address of the one module to judge, in a list."


class VerdictField(StringField):
    alias = "verdict"
    required = True
    value: str
    valid_choices = tuple(v.value for v in Verdict)
    help = "The verdict that the module must get."


class MessagesField(StringSequenceField):
    alias = "messages"
    default = ()
    help = "Texts that the messages of the module's report must contain."


class ExpectedVerdictTarget(Target):
    alias = "expected_verdict"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        JudgedModuleField,
        VerdictField,
        MessagesField,
        EnvironmentField,
    )
    help = (
        "A test that a module gets a certain verdict and message, for sources that must be "
        "refused. Give the module itself `skip_prover=True`."
    )


@dataclass(frozen=True)
class ExpectedVerdictFieldSet(TestFieldSet):
    required_fields = (JudgedModuleField, VerdictField)

    module: JudgedModuleField
    verdict: VerdictField
    messages: MessagesField
    environment: EnvironmentField


class ExpectedVerdictRequest(TestRequest):
    tool_subsystem = ExpectedVerdictSubsystem
    field_set_type = ExpectedVerdictFieldSet


def compare(
    report: Report, target: str, verdict: str, messages: tuple[str, ...]
) -> Report:
    """The report of the expectation: clean if it is met, and else what differs.

    A module that could not be judged, for want of a toolchain, leaves the expectation open.
    """
    said = "\n".join(report.messages)
    facts = dict(
        target=target,
        prover=report.prover,
        toolchain=report.toolchain,
        toolchain_digest=report.toolchain_digest,
        toolchain_version=report.toolchain_version,
        isolation=report.isolation,
        seconds=report.seconds,
    )
    if report.verdict is Verdict.NOT_AVAILABLE and verdict != report.verdict.value:
        return Report(
            **facts, verdict=report.verdict, messages=report.messages, lacking=report.missing
        )
    wrong = []
    if report.verdict.value != verdict:
        wrong.append(f"{report.target} got the verdict {report.verdict.value}, not {verdict}.")
    wrong.extend(f"Its messages do not contain {text!r}." for text in messages if text not in said)
    if wrong:
        wrong.append(f"It said: {said or '(nothing)'}")
    return Report(
        **facts, verdict=Verdict.HARD_ERROR if wrong else Verdict.CLEAN, messages=tuple(wrong)
    )


class WrongModule(Exception):
    pass


# Uncacheable, because it writes the report: see verdict_log.py.
@_uncacheable_rule(desc="Compare a verdict with the expected one", level=LogLevel.DEBUG)
async def test_expected_verdict(
    batch: ExpectedVerdictRequest.Batch[ExpectedVerdictFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
    union_membership: UnionMembership,
) -> TestResult:
    field_set = batch.single_element
    inputs = field_set.module.to_unparsed_address_inputs()
    targets = await Get(Targets, UnparsedAddressInputs, inputs)
    judged = [t for t in targets if judges_of(t, union_membership)]
    if len(judged) != 1:
        raise WrongModule(
            f"The field `module` of {field_set.address} must name one module that a prover can "
            f"judge; {inputs.values} names {len(judged)} (of {len(targets)} targets)."
        )
    judgement = await Get(TargetJudgement, JudgeTargetRequest(judged[0].address))
    report = compare(
        judgement.report,
        field_set.address.spec,
        field_set.verdict.value,
        field_set.messages.value or (),
    )
    record_report(report, field_set.address, dist)
    return await test_result(
        report,
        field_set.address,
        judgement.metadata,
        test.output,
        strict=fourfold.strict,
        lacks=fourfold.lacks,
    )


def rules():
    return [*collect_rules(), *ExpectedVerdictRequest.rules()]


def target_types():
    return [ExpectedVerdictTarget]
