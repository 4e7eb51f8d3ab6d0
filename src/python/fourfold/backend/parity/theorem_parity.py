"""`theorem_parity`: which theorem of each prover covers which subject, resolved and audited.

Each target answers for one column of the table, so that a prover that this machine lacks leaves
the others judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import toml
from pants.build_graph.address import Address
from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    AllTargets,
    Dependencies,
    FieldSet,
    InferDependenciesRequest,
    InferredDependencies,
    StringField,
    Target,
    WrappedTargetRequest,
)
from pants.engine.unions import UnionRule
from pants.option.option_types import SkipOption
from pants.option.subsystem import Subsystem
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel
from pants.util.strutil import softwrap

from fourfold.backend.parity.coverage import (
    Cell,
    InvalidParityTable,
    ParityTable,
    judge_column,
    parse_parity_table,
)
from fourfold.core.report import Report
from fourfold.engine import (
    EnvironmentField,
    _uncacheable_rule,
    collect_rules,
    concurrently,
    determine_source_files,
    get_digest_contents,
    implicitly,
    resolve_target,
    rule,
)
from fourfold.prover.goal_results import recorded_test
from fourfold.prover.target_types import (
    JudgedField,
    JudgedSourceField,
    SkipProverField,
    invalid_fields,
)
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.citations import (
    CitationsRequest,
    CitedBy,
    ProofIndex,
    locate,
    resolve_citations,
)
from fourfold.witness.judge import (
    Judgement,
    JudgeRequest,
    JudgeTargetRequest,
    judge_target,
    readable,
    refused_judgement,
)


class TheoremParitySubsystem(Subsystem):
    options_scope = "theorem-parities"
    name = "theorem_parity"
    help = "Which theorem of each prover covers which subject."

    skip = SkipOption("test")


class ParityTableField(JudgedSourceField):
    expected_file_extensions = (".toml",)
    required = True
    help = softwrap(
        """
        The table: `provers`, a list of its columns, and for each subject `[subjects.<name>]` with
        `statement` (what is proved, in words) and one key for each prover: the full name of its
        theorem, or `{theorem = "...", absent = "..."}` with the name that it would have and the
        reason why it is absent.
        """
    )


class ParityProverField(JudgedField, StringField):
    alias = "prover"
    required = True
    value: str
    help = "The column that this target answers for; give all of them with `parametrize`."


class ParityDependenciesField(Dependencies):
    pass


class TheoremParityTarget(Target):
    alias = "theorem_parity"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        ParityTableField,
        ParityProverField,
        ParityDependenciesField,
        SkipProverField,
        EnvironmentField,
    )
    help = softwrap(
        """
        A test that each theorem in one column of a table exists, in a module that passes its own
        test, and rests on no open IOU; and that what the table calls absent is absent.
        """
    )


@dataclass(frozen=True)
class ParityTableRequest:
    source: ParityTableField


@dataclass(frozen=True)
class FallibleParityTable:
    """`error` says what is wrong where there is no table."""

    table: ParityTable | None
    error: str = ""


@rule(desc="Read a parity table", level=LogLevel.DEBUG)
async def read_parity_table(request: ParityTableRequest) -> FallibleParityTable:
    path = request.source.file_path
    try:
        sources = await determine_source_files(SourceFilesRequest([request.source]))
        contents = await get_digest_contents(sources.snapshot.digest)
    except Exception as e:  # no such file, or one of another ending
        return FallibleParityTable(None, f"{path} cannot be read: {readable(e)}")
    try:
        raw = toml.loads(contents[0].content.decode())
        return FallibleParityTable(parse_parity_table(raw, path))
    except (toml.TomlDecodeError, UnicodeDecodeError) as e:
        return FallibleParityTable(None, f"{path} is not valid TOML: {e}")
    except InvalidParityTable as e:
        return FallibleParityTable(None, str(e))


def cited(cell: Cell) -> CitedBy:
    return CitedBy(cell.citation, f"the subject {cell.subject}")


@dataclass(frozen=True)
class ParityColumns:
    """Path of each table -> the columns that targets answer for."""

    by_table: FrozenDict[str, tuple[str, ...]]


@rule(desc="Find all parity tables", level=LogLevel.DEBUG)
def find_parity_columns(targets: AllTargets) -> ParityColumns:
    found: dict[str, tuple[str, ...]] = {}
    for target in targets:
        if target.has_field(ParityTableField) and invalid_fields(target) is None:
            path = target[ParityTableField].file_path
            found[path] = (*found.get(path, ()), target[ParityProverField].value)
    return ParityColumns(FrozenDict(found))


def wrong_columns(provers: tuple[str, ...], answered: tuple[str, ...], path: str) -> str:
    """What is wrong if the columns of a table are not those that targets answer for."""
    if sorted(provers) == sorted(answered):
        return ""
    named = ", ".join(f'"{prover}"' for prover in provers)
    return (
        f"{path} has the columns {', '.join(provers)}, and the targets of that table answer for "
        f"{', '.join(sorted(answered))}. Write one target, with `prover=parametrize({named})`."
    )


class JudgeParityRequest(JudgeRequest):
    field_type = ParityTableField


@rule(desc="Judge a column of a parity table", level=LogLevel.DEBUG)
async def judge_parity(request: JudgeParityRequest, columns: ParityColumns) -> Judgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a parity table"),
        **implicitly(),
    )
    source = wrapped.target[ParityTableField]
    prover = wrapped.target[ParityProverField].value
    read = await read_parity_table(ParityTableRequest(source))
    if read.table is None:
        return refused_judgement(request.address, read.error, prover)
    path = source.file_path
    error = wrong_columns(read.table.provers, columns.by_table[path], path)
    if error:
        return refused_judgement(request.address, error, prover)
    column = read.table.column(prover)
    present, absent = await concurrently(
        resolve_citations(
            CitationsRequest(tuple(cited(c) for c in column if not c.absent)), **implicitly()
        ),
        resolve_citations(
            CitationsRequest(tuple(cited(c) for c in column if c.absent)), **implicitly()
        ),
    )
    judged = judge_column(
        column,
        {t.name: t for t in (*present.theorems, *absent.theorems)},
        present.ious,
        present.broken,
        (*present.unavailable, *absent.unavailable),
    )
    report = Report(
        target=request.address.spec,
        prover=prover,
        verdict=judged.concluded.verdict,
        messages=judged.concluded.messages,
        citations=judged.theorems,
        counts=judged.counts,
        lacking=tuple(sorted({*present.missing, *absent.missing})),
    )
    return Judgement(report, (*present.metadata, *absent.metadata))


@dataclass(frozen=True)
class ParityInferenceFieldSet(FieldSet):
    required_fields = (ParityTableField, ParityProverField, ParityDependenciesField)

    source: ParityTableField
    prover: ParityProverField


class InferParityDependencies(InferDependenciesRequest):
    infer_from = ParityInferenceFieldSet


@rule(desc="Infer dependencies of parity tables", level=LogLevel.DEBUG)
async def infer_parity_dependencies(
    request: InferParityDependencies, index: ProofIndex
) -> InferredDependencies:
    read = await read_parity_table(ParityTableRequest(request.field_set.source))
    prover = request.field_set.prover.value
    if read.table is None or prover not in read.table.provers:
        return InferredDependencies(())
    # What is called absent too: a module that gains the theorem must be noticed.
    places = (locate(cited(cell), index) for cell in read.table.column(prover))
    return InferredDependencies({p for p in places if isinstance(p, Address)})


@dataclass(frozen=True)
class ParityTestFieldSet(TestFieldSet):
    required_fields = (ParityTableField, ParityProverField)

    source: ParityTableField
    environment: EnvironmentField

    @classmethod
    def opt_out(cls, tgt: Target) -> bool:
        return tgt[SkipProverField].value


class TheoremParityRequest(TestRequest):
    tool_subsystem = TheoremParitySubsystem  # type: ignore[assignment]
    field_set_type = ParityTestFieldSet


# Uncacheable, because it writes the report: see verdict_log.py.
@_uncacheable_rule(desc="Compare theorems across provers", level=LogLevel.DEBUG)
async def test_parity(
    batch: TheoremParityRequest.Batch[ParityTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judgement = await judge_target(JudgeTargetRequest(address), **implicitly())
    return await recorded_test(judgement, address, test.output, dist, fourfold)


def target_types():
    return [TheoremParityTarget]


def rules():
    return [
        *collect_rules(),
        *TheoremParityRequest.rules(),
        UnionRule(JudgeRequest, JudgeParityRequest),
        UnionRule(InferDependenciesRequest, InferParityDependencies),
    ]
