"""The judgement of a trace beside its baseline, and of a comparison of traces."""

from __future__ import annotations

from pants.backend.python.target_types import PythonResolveField
from pants.core.goals.test import TestSubsystem
from pants.engine.fs import (
    CreateDigest,
    FileEntry,
    GlobMatchErrorBehavior,
    MergeDigests,
    PathGlobs,
)
from pants.engine.target import WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.numerics.code import CodeRequest, find_code
from fourfold.backend.numerics.findings import Findings, read_findings
from fourfold.backend.numerics.process import REPORT_PATH, NumericsProcess, run_numerics
from fourfold.backend.traces.comparison import CompareTraces, compare_traces
from fourfold.backend.traces.judgement import judge_trace
from fourfold.backend.traces.record import TRACE_FILE, RecordTrace, record_trace
from fourfold.backend.traces.settings import file_name
from fourfold.backend.traces.subsystem import TracesSubsystem
from fourfold.backend.traces.target_types import (
    ComparisonBoundsField,
    TraceCornerField,
    TraceDependenciesField,
    TraceTimeoutField,
)
from fourfold.engine import (
    collect_rules,
    digest_to_snapshot,
    get_digest_entries,
    implicitly,
    merge_digests,
    path_globs_to_digest,
    resolve_target,
    rule,
)
from fourfold.witness.judge import Judgement, JudgeRequest


class JudgeTraceRequest(JudgeRequest):
    field_type = TraceCornerField


class JudgeComparisonRequest(JudgeRequest):
    field_type = ComparisonBoundsField


@rule(desc="Judge a trace", level=LogLevel.DEBUG)
async def judge_recorded_trace(
    request: JudgeTraceRequest, traces: TracesSubsystem, test: TestSubsystem
) -> Judgement:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a trace"), **implicitly()
    )
    target = wrapped.target
    recorded = await record_trace(RecordTrace(request.address), **implicitly())
    metadata = recorded.metadata
    compared: Findings | None = None
    settings = recorded.settings
    if settings.baseline and recorded.findings.sound:
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
                (
                    settings.baseline,
                    TRACE_FILE,
                    f"--mode={settings.baseline_mode}",
                    f"--report={REPORT_PATH}",
                ),
                target[TraceTimeoutField].calculate_from_global_options(test),
                f"Compare {recorded.name} with {settings.baseline}",
                inputs=await merge_digests(MergeDigests([baseline, recorded.trace])),
            ),
            **implicitly(),
        )
        compared = read_findings(traces.differ, answer.report, answer.exit_code, answer.problem)
        metadata = (*metadata, answer.metadata)
    report = judge_trace(
        recorded.findings,
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
    # In dist/test/<target>/, from where it can be committed as a baseline.
    return Judgement(report, metadata, renamed)


@rule(desc="Judge a comparison of traces", level=LogLevel.DEBUG)
async def judge_compared_traces(request: JudgeComparisonRequest) -> Judgement:
    compared = await compare_traces(CompareTraces(request.address), **implicitly())
    return Judgement(compared.report, compared.metadata)


def rules():
    return [
        *collect_rules(),
        UnionRule(JudgeRequest, JudgeTraceRequest),
        UnionRule(JudgeRequest, JudgeComparisonRequest),
    ]
