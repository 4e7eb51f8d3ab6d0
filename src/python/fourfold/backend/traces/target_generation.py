"""One `gpu_trace` for each corner of a net."""

from __future__ import annotations

import os

from pants.engine.fs import PathGlobs
from pants.engine.target import GeneratedTargets, GenerateTargetsRequest
from pants.engine.unions import UnionMembership, UnionRule

from fourfold.backend.numerics.generation import generated
from fourfold.backend.traces.corners import CORNERS
from fourfold.backend.traces.settings import file_name, trace_name
from fourfold.backend.traces.target_types import (
    GpuTracesTargetGenerator,
    GpuTraceTarget,
    TraceBaselineField,
    TraceBaselinesField,
    TraceCornerField,
    TraceCornersField,
    TraceGpuEnvironmentField,
)
from fourfold.engine import EnvironmentField, collect_rules, path_globs_to_paths, rule
from fourfold.prover.target_types import invalid_fields


class GenerateGpuTraces(GenerateTargetsRequest):
    generate_from = GpuTracesTargetGenerator


@rule
async def generate_gpu_traces(
    request: GenerateGpuTraces, union_membership: UnionMembership
) -> GeneratedTargets:
    generator = request.generator
    folder = generator[TraceBaselinesField].value
    recorded: set[str] = set()
    if folder is not None:
        paths = await path_globs_to_paths(PathGlobs([os.path.join(folder, "*.jsonl")]))
        recorded.update(paths.files)
    gpu_environment = generator[TraceGpuEnvironmentField].value
    fields = {}
    for corner in generator[TraceCornersField].value or ():
        own = fields.setdefault(corner, {TraceCornerField.alias: corner})
        name = trace_name(request.template_address.create_generated(corner))
        baseline = os.path.join(folder or "", file_name(name))
        if baseline in recorded:
            own[TraceBaselineField.alias] = baseline
        # A corner that is not known is its own target's error.
        if gpu_environment is not None and CORNERS.get(corner) is not None:
            own[EnvironmentField.alias] = gpu_environment
    problems = [error for error in (invalid_fields(generator),) if error]
    if not fields:
        problems.append(f"The field `corners` of {generator.address} names none.")
    return generated(request, GpuTraceTarget, fields, problems, union_membership)


def rules():
    return [*collect_rules(), UnionRule(GenerateTargetsRequest, GenerateGpuTraces)]
