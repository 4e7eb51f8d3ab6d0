"""`expected_verdict`: a test that a target gets a certain verdict, and says why."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Iterable, Sequence

from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.engine.addresses import UnparsedAddressInputs
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    BoolField,
    SpecialCasedDependencies,
    StringField,
    StringSequenceField,
    Target,
    WrappedTargetRequest,
)
from pants.engine.unions import UnionMembership, UnionRule
from pants.option.option_types import SkipOption
from pants.option.subsystem import Subsystem
from pants.util.logging import LogLevel
from pants.util.strutil import softwrap

from fourfold.core.conclusion import conclude
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.engine import (
    EnvironmentField,
    _uncacheable_rule,
    collect_rules,
    concurrently,
    implicitly,
    resolve_target,
    resolve_targets,
    rule,
)
from fourfold.prover.goal_results import recorded_test
from fourfold.prover.target_types import JudgedField
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import (
    Judgement,
    JudgeRequest,
    JudgeTargetRequest,
    judge_target,
    judges_of,
    readable,
    refused_judgement,
)


class ExpectedVerdictSubsystem(Subsystem):
    options_scope = "expected-verdicts"
    name = "expected_verdict"
    help = "Tests that faulty sources are refused, with the right message."

    skip = SkipOption("test")


class JudgedModuleField(SpecialCasedDependencies):
    alias = "module"
    required = True
    help = "The address of the one module to judge, in a list; of several, with `agreement`."


class VerdictField(JudgedField, StringField):
    alias = "verdict"
    required = True
    value: str
    valid_choices = tuple(v.value for v in Verdict)
    help = "The verdict that the module must get."


class MessagesField(JudgedField, StringSequenceField):
    alias = "messages"
    default = ()
    help = "Texts that the messages of the module's report must contain."


class AgreementField(JudgedField, BoolField):
    alias = "agreement"
    default = False
    help = softwrap(
        """
        Whether `module` names several ones, such as one module for each locked version of its
        prover, all of which must get the verdict. A hole of one version's kernel then shows.
        """
    )


class ExpectedVerdictTarget(Target):
    alias = "expected_verdict"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        JudgedModuleField,
        VerdictField,
        MessagesField,
        AgreementField,
        EnvironmentField,
    )
    help = (
        "A test that a module gets a certain verdict and message, for sources that must be "
        "refused. Give the module itself `skip_prover=True`."
    )


@dataclass(frozen=True)
class ExpectedVerdictFieldSet(TestFieldSet):
    required_fields = (JudgedModuleField, VerdictField)

    environment: EnvironmentField


class ExpectedVerdictRequest(TestRequest):
    tool_subsystem = ExpectedVerdictSubsystem  # type: ignore[assignment]
    field_set_type = ExpectedVerdictFieldSet


def compare(report: Report, target: str, verdict: str, messages: tuple[str, ...]) -> Report:
    """The report of the expectation: clean if it is met, and else what differs.

    A module that could not be judged, for want of a toolchain, leaves the expectation open.
    """
    said = "\n".join(report.messages)
    facts: dict[str, Any] = dict(
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
    if not report.prover and not messages:
        wrong.append(f"{report.target} was not judged at all; name what it says in `messages`.")
    if report.verdict.value != verdict:
        wrong.append(f"{report.target} got the verdict {report.verdict.value}, not {verdict}.")
    wrong.extend(f"Its messages do not contain {text!r}." for text in messages if text not in said)
    if wrong:
        wrong.append(f"It said: {said or '(nothing)'}")
    concluded = conclude(wrong, judged=1)
    return Report(**facts, verdict=concluded.verdict, messages=concluded.messages)


def compare_all(
    reports: Sequence[Report], target: str, verdict: str, messages: tuple[str, ...]
) -> Report:
    """All must meet the expectation; where one does not, the verdict of each is listed."""
    compared = [compare(report, target, verdict, messages) for report in reports]
    worst = next((c for v in _WORST_FIRST for c in compared if c.verdict is v), compared[0])
    if len(reports) == 1 or worst.verdict is not Verdict.HARD_ERROR:
        return worst
    each = ", ".join(
        f"{r.target} ({r.toolchain or 'no toolchain'}): {r.verdict.value}" for r in reports
    )
    wrong = dict.fromkeys(
        m for c in compared if c.verdict is Verdict.HARD_ERROR for m in c.messages
    )
    said = (f"the modules do not all get the verdict {verdict}: {each}", *wrong)
    return dataclasses.replace(worst, messages=said)


_WORST_FIRST = (Verdict.HARD_ERROR, Verdict.NOT_AVAILABLE)


def wrong_modules(named: Iterable[str], judged: int, targets: int, agreement: bool) -> str | None:
    """What is wrong with the number of modules that the field names."""
    if judged == 1 and not agreement or judged > 1 and agreement:
        return None
    if agreement:
        return (
            f"`agreement` needs several modules in `module`; {', '.join(named)} names {judged}. "
            'List the module once for each toolchain, as "./main.v@toolchain=coq-8.20".'
        )
    return (
        "The field `module` must name one module that a prover can judge (or several ones, with "
        f"`agreement=True`); {', '.join(named)} names {judged} (of {targets} targets)."
    )


class JudgeExpectedVerdict(JudgeRequest):
    field_type = VerdictField


@rule(desc="Compare a verdict with the expected one", level=LogLevel.DEBUG)
async def judge_expected_verdict(
    request: JudgeExpectedVerdict, union_membership: UnionMembership
) -> Judgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="an expected verdict"),
        **implicitly(),
    )
    target = wrapped.target
    inputs = target[JudgedModuleField].to_unparsed_address_inputs()
    try:
        targets = await resolve_targets(**implicitly({inputs: UnparsedAddressInputs}))
    except Exception as e:
        said = f"the field `module` names what is not there: {readable(e)}"
        return refused_judgement(request.address, said)
    judged = [t.address for t in targets if _is_judged(t, union_membership)]
    agreement = bool(target[AgreementField].value)
    wrong = wrong_modules(inputs.values, len(judged), len(targets), agreement)
    if wrong:
        return refused_judgement(request.address, wrong)
    judgements = await concurrently(
        judge_target(JudgeTargetRequest(a), **implicitly()) for a in judged
    )
    report = compare_all(
        [j.report for j in judgements],
        request.address.spec,
        target[VerdictField].value,
        target[MessagesField].value or (),
    )
    return Judgement(report, tuple(m for j in judgements for m in j.metadata))


def _is_judged(target: Target, union_membership: UnionMembership) -> bool:
    """Whether it has a verdict of its own; an expectation has that of what it names."""
    return bool(judges_of(target, union_membership)) and not target.has_field(VerdictField)


# Uncacheable, because it writes the report: see verdict_log.py.
@_uncacheable_rule(desc="Test an expected verdict", level=LogLevel.DEBUG)
async def test_expected_verdict(
    batch: ExpectedVerdictRequest.Batch[ExpectedVerdictFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    return await recorded_test(judgement, address, test.output, dist, fourfold)


def rules():
    return [
        *collect_rules(),
        *ExpectedVerdictRequest.rules(),
        UnionRule(JudgeRequest, JudgeExpectedVerdict),
    ]


def target_types():
    return [ExpectedVerdictTarget]
