"""Records one trace: finds the device, and runs the recorder in a cached process."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from pants.backend.python.target_types import PythonResolveField
from pants.build_graph.address import Address
from pants.core.goals.test import TestSubsystem
from pants.engine.fs import (
    EMPTY_DIGEST,
    Digest,
    DigestSubset,
    FileEntry,
    PathGlobs,
)
from pants.engine.process import ProcessResultMetadata
from pants.engine.target import WrappedTargetRequest
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.nets.net_rules import NetRules
from fourfold.backend.nets.netspecs import NetSpecMap, owner_of_net
from fourfold.backend.numerics.code import Code, CodeRequest, find_code
from fourfold.backend.numerics.findings import Findings, read_findings
from fourfold.backend.numerics.process import REPORT_PATH, NumericsProcess, run_numerics
from fourfold.backend.traces.corners import without_driver
from fourfold.backend.traces.settings import TraceSettings, trace_name, trace_settings
from fourfold.backend.traces.subsystem import TracesSubsystem
from fourfold.backend.traces.target_types import TraceDependenciesField, TraceTimeoutField
from fourfold.engine import (
    EnvironmentTarget,
    LocalEnvironmentTarget,
    _uncacheable_rule,
    collect_rules,
    digest_subset_to_digest,
    get_digest_contents,
    get_digest_entries,
    implicitly,
    resolve_target,
    rule,
)
from fourfold.prover.target_types import invalid_fields

TRACE_FILE = "trace.jsonl"
_TIMING_FILE = "timing.json"
_PROBE_LIMIT = 60  # seconds; a driver that takes longer has hung


@dataclass(frozen=True)
class FindDevice:
    """Asks for the device of a corner that needs a GPU; `code` runs the probe."""

    corner: str
    code: Code


@dataclass(frozen=True)
class FoundDevice:
    """`device` is one line of JSON: the device, and the versions of its driver and compiler."""

    device: str
    findings: Findings


# Uncacheable, because a driver may come or go between two runs of one daemon.
@_uncacheable_rule(desc="Look for a GPU", level=LogLevel.DEBUG)
async def find_device(
    request: FindDevice, traces: TracesSubsystem, environment: EnvironmentTarget
) -> FoundDevice:
    if environment.val is None or isinstance(environment.val, LocalEnvironmentTarget):
        reason = without_driver(request.corner)
        if reason:
            return FoundDevice("", Findings(unavailable=(reason,)))
    answer = await run_numerics(
        NumericsProcess(
            request.code.addresses,
            traces.probe,
            (f"--corner={request.corner}", f"--report={REPORT_PATH}"),
            _PROBE_LIMIT,
            f"Look for the device of {request.corner}",
            each_session=True,
            resolve=traces.resolves.get(request.corner, ""),
        ),
        **implicitly(),
    )
    findings = read_findings(traces.probe, answer.report, answer.exit_code, answer.problem)
    device = json.dumps(findings.evidence, sort_keys=True) if findings.sound else ""
    return FoundDevice(device, findings)


@dataclass(frozen=True)
class RecordTrace:
    """Asks for the trace of the `gpu_trace` at `address`."""

    address: Address


@dataclass(frozen=True)
class RecordedTrace:
    """`trace` holds `TRACE_FILE` alone, and is empty unless the findings are sound.

    `timing` are the wall times, as JSON, which are no part of the trace.
    """

    address: Address
    name: str
    settings: TraceSettings
    findings: Findings
    code: Code
    trace: Digest = EMPTY_DIGEST
    sha256: str = ""
    timing: Any = None
    environment: str = ""
    metadata: tuple[ProcessResultMetadata, ...] = ()

    def evidence(self) -> dict[str, Any]:
        """What a report says of the recording, as JSON."""
        return {
            "net": self.settings.net,
            "corner": self.settings.corner,
            "config": json.loads(self.settings.config),
            "record_steps": self.settings.record_steps,
            "sha256": self.sha256,
            "record": dict(self.findings.evidence) or None,
            "timing": self.timing,
        }


def recorder_arguments(settings: TraceSettings, data_folder: str | None) -> tuple[str, ...]:
    arguments = [
        f"--net={settings.net}",
        f"--config={settings.config}",
        f"--corner={settings.corner}",
    ]
    if settings.record_steps is not None:
        arguments.append(f"--record-steps={settings.record_steps}")
    if settings.uses_data_files and data_folder is not None:
        arguments.append(f"--data={data_folder}")
    return tuple(arguments)


@rule(desc="Record a training run", level=LogLevel.DEBUG)
async def record_trace(
    request: RecordTrace,
    traces: TracesSubsystem,
    test: TestSubsystem,
    nets: NetSpecMap,
    net_rules: NetRules,
) -> RecordedTrace:
    wrapped = await resolve_target(
        WrappedTargetRequest(request.address, description_of_origin="a trace"), **implicitly()
    )
    target = wrapped.target
    settings = trace_settings(target, full=traces.full)
    name = trace_name(request.address)
    invalid = invalid_fields(target)
    if invalid is not None:  # else a comparison would record it with defaults
        return RecordedTrace(request.address, name, settings, Findings((invalid,)), Code(()))
    net = owner_of_net(settings.net, request.address, nets)
    code = await find_code(
        CodeRequest(
            request.address,
            target[TraceDependenciesField],
            target[PythonResolveField],
            traces.recording_modules(settings.corner),
        ),
        **implicitly(),
    )
    variables = {}
    if settings.needs_gpu:
        found = await find_device(FindDevice(settings.corner, code), **implicitly())
        if not found.device:
            return RecordedTrace(request.address, name, settings, found.findings, code)
        variables["FOURFOLD_DEVICE"] = found.device
    timeout = None if traces.full else target[TraceTimeoutField].calculate_from_global_options(test)
    # Not in the closure of the target itself: a new baseline must not record the trace again.
    answer = await run_numerics(
        NumericsProcess(
            (net, *code.addresses),
            traces.recorder,
            recorder_arguments(settings, traces.data_folder),
            timeout,
            f"Record {name}",
            without=net_rules.unneeded(settings.net),
            environment=FrozenDict(variables),
            resolve=traces.resolves.get(settings.corner, ""),
        ),
        **implicitly(),
    )
    findings = read_findings(traces.recorder, answer.report, answer.exit_code, answer.problem)
    trace = await digest_subset_to_digest(DigestSubset(answer.written, PathGlobs([TRACE_FILE])))
    timing = await get_digest_contents(
        **implicitly(DigestSubset(answer.written, PathGlobs([_TIMING_FILE])))
    )
    entries = await get_digest_entries(trace)
    files = [entry for entry in entries if isinstance(entry, FileEntry)]
    if findings.sound and not files:
        said = f"{traces.recorder} wrote no {TRACE_FILE}"
        findings = dataclasses.replace(findings, refusals=(said,))
    return RecordedTrace(
        request.address,
        name,
        settings,
        findings,
        code,
        trace=trace if findings.sound else EMPTY_DIGEST,
        sha256=files[0].file_digest.fingerprint if files else "",
        timing=json.loads(timing[0].content) if timing else None,
        environment=answer.environment,
        metadata=(answer.metadata,),
    )


def rules():
    return collect_rules()
