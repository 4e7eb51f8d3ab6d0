"""Compares traces pair by pair, each recorded (or taken from the cache) in its own corner."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from pants.backend.python.target_types import PythonResolveField
from pants.build_graph.address import Address
from pants.core.goals.test import TestSubsystem
from pants.engine.addresses import UnparsedAddressInputs
from pants.engine.fs import (
    EMPTY_DIGEST,
    CreateDigest,
    Digest,
    FileContent,
    FileEntry,
    MergeDigests,
)
from pants.engine.process import ProcessResultMetadata
from pants.engine.target import Target, Targets, WrappedTargetRequest
from pants.util.logging import LogLevel

from fourfold.backend.numerics.code import CodeRequest, find_code
from fourfold.backend.numerics.findings import read_findings
from fourfold.backend.numerics.process import (
    REPORT_FOLDER,
    NumericsProcess,
    run_numerics,
)
from fourfold.backend.traces.bounds import bounds_problems
from fourfold.backend.traces.judgement import Missing, judge_comparison
from fourfold.backend.traces.record import RecordedTrace, RecordTrace, record_trace
from fourfold.backend.traces.settings import bound_entries, file_name, group_of, trace_name
from fourfold.backend.traces.subsystem import TraceComparisonsSubsystem, TracesSubsystem
from fourfold.backend.traces.target_types import (
    ComparedTracesField,
    ComparisonBoundsField,
    TraceCornerField,
    TraceDependenciesField,
    TraceTimeoutField,
)
from fourfold.core.report import Report
from fourfold.engine import (
    EnvironmentName,
    EnvironmentNameRequest,
    collect_rules,
    concurrently,
    create_digest,
    get_digest_entries,
    implicitly,
    merge_digests,
    resolve_environment_name,
    resolve_target,
    resolve_targets,
    rule,
)
from fourfold.prover.target_types import invalid_fields
from fourfold.toolchains.subsystem import FourfoldSubsystem

Bounds = Mapping[str, Mapping[str, Any]]

TABLE_FILE = "table.md"
_REQUEST_FILE = "request.json"


@dataclass(frozen=True)
class CompareTraces:
    """Asks for the outcome of the `trace_comparison` at `address`."""

    address: Address


@dataclass(frozen=True)
class ComparedTraces:
    """`written` holds the traces, and what the comparer wrote beside them."""

    report: Report
    recorded: tuple[RecordedTrace, ...]
    written: Digest
    metadata: tuple[ProcessResultMetadata, ...]


def not_comparable(by: Address, targets: Sequence[Target], bounds: Bounds) -> tuple[str, ...]:
    """What is wrong with what `by` asks for, before anything is recorded for it."""
    others = [t.address.spec for t in targets if not t.has_field(TraceCornerField)]
    if others:
        return (
            f"The field `traces` of {by} names {', '.join(others)}: only `gpu_trace` and "
            "`gpu_traces` targets can be compared.",
        )
    names = Counter(trace_name(t.address) for t in targets)
    doubled = [name for name, number in names.items() if number > 1]
    if doubled:
        return (
            f"Several traces of {by} have the name {', '.join(doubled)}, which is that of the "
            "target: give the targets different names.",
        )
    groups = Counter(map(group_of, names))
    alone = [name for name in names if groups[group_of(name)] == 1]
    if alone or not names:
        return (
            f"{by} compares nothing with {', '.join(alone) or 'no trace'}, of its field `traces`: "
            "traces are compared within a group, which are those of one `gpu_traces` target. "
            "Name at least two of each group.",
        )
    return tuple(f"The field {said} ({by})" for said in bounds_problems(bounds, names))


def request_json(
    traces: Iterable[RecordedTrace], missing: Iterable[Missing], bounds: Mapping[str, Any]
) -> str:
    """What the comparer is asked; it finds the traces beside its request."""
    asked = {
        "traces": [{"name": r.name, "path": file_name(r.name)} for r in traces],
        "bounds": bound_entries(bounds),
        "missing": [{"name": m.name, "reason": m.reason} for m in missing],
        "out": REPORT_FOLDER,
    }
    return json.dumps(asked, indent=1, sort_keys=True, default=dict)


def sort_out(
    recorded: Sequence[RecordedTrace],
) -> tuple[list[RecordedTrace], list[Missing], list[str]]:
    """The traces to compare, those that cannot be, and messages about those that failed."""
    missing, failed = [], []
    groups = defaultdict(list)
    for r in recorded:
        if r.findings.refusals:
            failed.append(f"{r.name} could not be recorded: {' '.join(r.findings.refusals)}")
        elif r.findings.unavailable:
            reason = " ".join(r.findings.unavailable)
            missing.append(Missing(r.name, reason, r.settings.corner))
        else:
            groups[group_of(r.name)].append(r)
    for group in groups.values():
        if len(group) == 1:
            missing.append(Missing(group[0].name, "there is no other trace of its group"))
    paired = [r for group in groups.values() if len(group) > 1 for r in group]
    return paired, missing, failed


@rule(desc="Compare traces", level=LogLevel.DEBUG)
async def compare_traces(
    request: CompareTraces,
    traces: TracesSubsystem,
    test: TestSubsystem,
    fourfold: FourfoldSubsystem,
) -> ComparedTraces:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a comparison"), **implicitly()
    )
    target = wrapped.target
    facts: dict[str, Any] = dict(
        target=request.address.spec, prover=TraceComparisonsSubsystem.options_scope
    )
    asked: dict[str, Any] = dict(strict=fourfold.strict, lacks=fourfold.lacks)
    invalid = invalid_fields(target)
    try:
        compared = await resolve_targets(
            **implicitly(
                {target[ComparedTracesField].to_unparsed_address_inputs(): UnparsedAddressInputs}
            )
        )
    except Exception as error:
        compared = Targets()
        invalid = f"The field `traces` of {request.address} names what is not there: {error}"
    problems = (
        (invalid,)
        if invalid
        else not_comparable(request.address, compared, target[ComparisonBoundsField].value)
    )
    if problems:
        refused = judge_comparison(None, (), problems, {}, **asked, **facts)
        return ComparedTraces(refused, (), EMPTY_DIGEST, ())
    environments = await concurrently(
        resolve_environment_name(EnvironmentNameRequest.from_target(t), **implicitly())
        for t in compared
    )
    recorded = await concurrently(
        record_trace(
            **implicitly({RecordTrace(t.address): RecordTrace, environment: EnvironmentName})
        )
        for t, environment in zip(compared, environments)
    )
    paired, missing, failed = sort_out(recorded)
    entries = await concurrently(get_digest_entries(r.trace) for r in recorded)
    own = await create_digest(
        CreateDigest(
            FileEntry(file_name(r.name), entry.file_digest)
            for r, found in zip(recorded, entries)
            for entry in found
            if isinstance(entry, FileEntry)
        )
    )
    findings, answer = None, None
    if paired:
        content = request_json(paired, missing, target[ComparisonBoundsField].value)
        file = await create_digest(CreateDigest([FileContent(_REQUEST_FILE, content.encode())]))
        code = await find_code(
            CodeRequest(
                request.address,
                target[TraceDependenciesField],
                target[PythonResolveField],
                (traces.comparer,),
            ),
            **implicitly(),
        )
        answer = await run_numerics(
            NumericsProcess(
                code.addresses,
                traces.comparer,
                (_REQUEST_FILE,),
                target[TraceTimeoutField].calculate_from_global_options(test),
                f"Compare {len(paired)} traces of {request.address}",
                inputs=await merge_digests(MergeDigests([own, file])),
            ),
            **implicitly(),
        )
        findings = read_findings(traces.comparer, answer.report, answer.exit_code, answer.problem)
    metadata = (
        *(m for r in recorded for m in r.metadata),
        *((answer.metadata,) if answer else ()),
    )
    report = judge_comparison(
        findings,
        missing,
        failed,
        {"traces": {r.name: r.evidence() for r in recorded if r.metadata}},
        **asked,
        **facts,
        toolchain_digest=answer.environment if answer else "",
        seconds=(("run", sum(m.total_elapsed_ms or 0 for m in metadata) / 1000),),
    )
    written = await merge_digests(MergeDigests([own, answer.written if answer else EMPTY_DIGEST]))
    return ComparedTraces(report, tuple(recorded), written, metadata)


def rules():
    return collect_rules()
