from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import PythonResolveField
from pants.build_graph.address import Address
from pants.core.goals.test import TestFieldSet, TestRequest, TestResult, TestSubsystem
from pants.core.util_rules.distdir import DistDir
from pants.engine.fs import (
    CreateDigest,
    FileEntry,
    GlobMatchErrorBehavior,
    MergeDigests,
    PathGlobs,
    Snapshot,
)
from pants.engine.process import ProcessResultMetadata
from pants.engine.target import WrappedTargetRequest
from pants.util.logging import LogLevel

from fourfold.backend.numerics.code import CodeRequest, find_code
from fourfold.backend.numerics.process import NumericsProcess, run_numerics
from fourfold.backend.traces.comparison import CompareTraces, compare_traces
from fourfold.backend.traces.judgement import Finding, judge_trace, read_diff
from fourfold.backend.traces.record import TRACE_FILE, RecordTrace, record_trace
from fourfold.backend.traces.settings import file_name
from fourfold.backend.traces.subsystem import TraceComparisonsSubsystem, TracesSubsystem
from fourfold.backend.traces.target_types import (
    ComparisonBoundsField,
    TraceCornerField,
    TraceDependenciesField,
    TraceNetField,
    TraceTimeoutField,
)
from fourfold.core.report import Report
from fourfold.engine import (
    EnvironmentField,
    _uncacheable_rule,
    collect_rules,
    digest_to_snapshot,
    get_digest_entries,
    implicitly,
    merge_digests,
    path_globs_to_digest,
    resolve_target,
    rule,
)
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.verdict_log import record_report, test_result


@dataclass(frozen=True)
class TraceTestFieldSet(TestFieldSet):
    required_fields = (TraceNetField, TraceCornerField)

    net: TraceNetField
    corner: TraceCornerField
    environment: EnvironmentField


class TraceTestRequest(TestRequest):
    tool_subsystem = TracesSubsystem
    field_set_type = TraceTestFieldSet


@dataclass(frozen=True)
class ComparisonTestFieldSet(TestFieldSet):
    required_fields = (ComparisonBoundsField,)

    bounds: ComparisonBoundsField


class ComparisonTestRequest(TestRequest):
    tool_subsystem = TraceComparisonsSubsystem
    field_set_type = ComparisonTestFieldSet


@dataclass(frozen=True)
class JudgedTrace:
    report: Report
    trace: Snapshot
    metadata: tuple[ProcessResultMetadata, ...]


@dataclass(frozen=True)
class JudgeTrace:
    """Asks for a trace, and what it is worth beside its baseline."""

    address: Address


@rule(desc="Judge a trace", level=LogLevel.DEBUG)
async def judge_recorded_trace(
    request: JudgeTrace, traces: TracesSubsystem, test: TestSubsystem
) -> JudgedTrace:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a trace"), **implicitly()
    )
    target = wrapped.target
    recorded = await record_trace(RecordTrace(request.address), **implicitly())
    metadata = recorded.metadata
    compared: Finding | None = None
    settings = recorded.settings
    if settings.baseline and recorded.finding.verdict.passes:
        baseline = await path_globs_to_digest(
            PathGlobs(
                [settings.baseline],
                glob_match_error_behavior=GlobMatchErrorBehavior.error,
                description_of_origin=f"the baseline of {request.address}",
            )
        )
        code = await find_code(
            CodeRequest(
                request.address,
                target[TraceDependenciesField],
                target[PythonResolveField],
                (traces.differ,),
            ),
            **implicitly(),
        )
        answer = await run_numerics(
            NumericsProcess(
                code.addresses,
                traces.differ,
                (settings.baseline, TRACE_FILE, f"--mode={settings.baseline_mode}"),
                target[TraceTimeoutField].calculate_from_global_options(test),
                f"Compare {recorded.name} with {settings.baseline}",
                inputs=await merge_digests(MergeDigests([baseline, recorded.trace])),
            ),
            **implicitly(),
        )
        compared = read_diff(traces.differ, answer.stdout, answer.exit_code, answer.problem)
        metadata = (*metadata, answer.metadata)
    report = judge_trace(
        recorded.finding,
        compared,
        settings.baseline,
        recorded.evidence(),
        target=request.address.spec,
        prover=traces.options_scope,
        toolchain=settings.corner,
        toolchain_digest=recorded.environment,
        seconds=(("run", sum(m.total_elapsed_ms or 0 for m in metadata) / 1000),),
    )
    entries = await get_digest_entries(recorded.trace)
    renamed = await digest_to_snapshot(
        **implicitly(
            CreateDigest(
                FileEntry(file_name(recorded.name), entry.file_digest)
                for entry in entries
                if isinstance(entry, FileEntry)
            )
        )
    )
    return JudgedTrace(report, renamed, metadata)


# Uncacheable, because they write the report: see verdict_log.py.
@_uncacheable_rule(desc="Test a training run", level=LogLevel.DEBUG)
async def test_trace(
    batch: TraceTestRequest.Batch[TraceTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    judged = await judge_recorded_trace(JudgeTrace(address), **implicitly())
    report = record_report(judged.report, address, dist)
    result = await test_result(
        report,
        address,
        judged.metadata,
        test.output,
        strict=fourfold.strict,
        lacks=fourfold.lacks,
    )
    # In dist/test/<target>/, from where it can be committed as a baseline.
    return dataclasses.replace(result, extra_output=judged.trace)


@_uncacheable_rule(desc="Test a comparison of traces", level=LogLevel.DEBUG)
async def test_comparison(
    batch: ComparisonTestRequest.Batch[ComparisonTestFieldSet, Any],
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
    dist: DistDir,
) -> TestResult:
    address = batch.single_element.address
    compared = await compare_traces(CompareTraces(address), **implicitly())
    report = record_report(compared.report, address, dist)
    return await test_result(
        report,
        address,
        compared.metadata,
        test.output,
        strict=fourfold.strict,
        lacks=fourfold.lacks,
    )


def rules():
    return [*collect_rules(), *TraceTestRequest.rules(), *ComparisonTestRequest.rules()]
