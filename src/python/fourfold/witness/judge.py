"""What every backend answers: the judgement of one of its targets."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import ClassVar, Iterable, Type

from pants.build_graph.address import Address
from pants.engine.fs import EMPTY_SNAPSHOT, Snapshot
from pants.engine.process import ProcessResultMetadata
from pants.engine.target import Field, Target, WrappedTargetRequest
from pants.engine.unions import UnionMembership, union
from pants.util.logging import LogLevel

from fourfold.core.conclusion import conclude
from fourfold.core.independent import lacking
from fourfold.core.report import RECHECKED, Report
from fourfold.engine import EnvironmentName, collect_rules, implicitly, resolve_target, rule
from fourfold.prover.target_types import invalid_fields
from fourfold.toolchains.files import LockOriginRequest, lock_origin
from fourfold.toolchains.holes import KernelHoles, KernelHolesRequest, kernel_holes
from fourfold.toolchains.subsystem import FourfoldSubsystem

logger = logging.getLogger(__name__)


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class JudgeRequest:
    """Asks for the judgement of the target at `address`, which has a `field_type`."""

    address: Address

    field_type: ClassVar[Type[Field]]


@dataclass(frozen=True)
class Judgement:
    """`metadata` are those of the processes that decided it, if any ran or were cached.

    `files` are for people: `test` writes them under `dist/test`.
    """

    report: Report
    metadata: tuple[ProcessResultMetadata, ...] = ()
    files: Snapshot = EMPTY_SNAPSHOT


@dataclass(frozen=True)
class TargetJudgement(Judgement):
    """A type of its own, since a judgement may rest on those of other targets."""


@dataclass(frozen=True)
class JudgeTargetRequest:
    """Asks for the judgement of any target that some backend can judge."""

    address: Address


def judges_of(target: Target, union_membership: UnionMembership) -> list[Type[JudgeRequest]]:
    """The backends that can judge it: one, or none."""
    return [
        kind for kind in union_membership.get(JudgeRequest) if target.has_field(kind.field_type)
    ]


# What a person reads of an error that may hold a whole file.
_READ = 2000


def readable(error: Exception) -> str:
    """What it says, or its beginning, without lines of a binary file: a terminal obeys them."""
    said = str(error).strip() or type(error).__name__
    lines = said.split("\n")
    shown = "\n".join(x for x in lines if x.replace("\t", "").isprintable() and "\ufffd" not in x)
    return shown[:_READ] + (" ..." if len(shown) > _READ else "") + _hint(said)


def _hint(said: str) -> str:
    if "Absolute symlink" in said:
        # Pants looks into each folder for BUILD files, and follows no such link.
        return ". Make the link relative, or put its path into `[GLOBAL].pants_ignore`."
    if "merge Directories with no duplicates" in said:
        return "It rests on different files of one name: give one of their libraries another name."
    return ""


def broken_judgement(address: Address, error: Exception) -> Judgement:
    """A rule that raises would end the whole run; so the error is that of one target."""
    return refused_judgement(address, f"it could not be judged: {readable(error)}")


def refused_judgement(address: Address, message: str, prover: str = "") -> Judgement:
    """Before anything of the target was looked at.

    No `TargetJudgement`: a rule must return the very type that it says.
    """
    refused = conclude([message], judged=0)
    return Judgement(Report(address.spec, prover, refused.verdict, refused.messages))


def open_holes(report: Report, holes: KernelHoles) -> tuple[str, ...]:
    """Without those that an independent check would have found, where it has looked at all."""
    check = report.independent
    if check is None or not check.complete or check.grounds:
        return holes.ids
    return holes.left_open


def with_required_witnesses(report: Report, required: Iterable[str]) -> Report:
    """Refused, if it is the passing report of a proof and lacks a witness."""
    if not report.verdict.passes or not report.kernel_recheck:
        return report
    missing = lacking(required, report.kernel_recheck == RECHECKED, report.independent)
    if not missing:
        return report
    refused = conclude(missing, judged=1)
    return dataclasses.replace(report, verdict=refused.verdict, messages=refused.messages)


@rule(polymorphic=True)
async def judge(request: JudgeRequest, environment: EnvironmentName) -> Judgement:
    """The backend's own judgement of a target that it can judge."""
    raise NotImplementedError()


@rule(desc="Judge a target", level=LogLevel.DEBUG)
async def judge_target(
    request: JudgeTargetRequest,
    union_membership: UnionMembership,
    environment: EnvironmentName,
    fourfold: FourfoldSubsystem,
) -> TargetJudgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a judgement"), **implicitly()
    )
    invalid = invalid_fields(wrapped.target)
    if invalid is not None:
        return TargetJudgement(refused_judgement(request.address, invalid).report)
    kind = judges_of(wrapped.target, union_membership)[0]
    try:
        judged = await judge(
            **implicitly({kind(request.address): JudgeRequest, environment: EnvironmentName})
        )
        holes = await kernel_holes(KernelHolesRequest(judged.report.toolchain), **implicitly())
        lock = await lock_origin(LockOriginRequest(judged.report.toolchain), **implicitly())
        report = dataclasses.replace(
            judged.report,
            known_holes=open_holes(judged.report, holes),
            toolchain_lock=lock.text,
        )
        report = with_required_witnesses(report, fourfold.witnesses)
        return TargetJudgement(report, judged.metadata, judged.files)
    except Exception as error:
        logger.debug(f"{request.address} could not be judged", exc_info=error)
        return TargetJudgement(broken_judgement(request.address, error).report)


def rules():
    return collect_rules()
