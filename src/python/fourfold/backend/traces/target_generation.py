"""One `gpu_trace` for each corner of a net."""

from __future__ import annotations

import os

from pants.engine.fs import PathGlobs
from pants.engine.target import GeneratedTargets, GenerateTargetsRequest, InvalidFieldException
from pants.engine.unions import UnionMembership, UnionRule

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


class GenerateGpuTraces(GenerateTargetsRequest):
    generate_from = GpuTracesTargetGenerator


@rule
async def generate_gpu_traces(
    request: GenerateGpuTraces, union_membership: UnionMembership
) -> GeneratedTargets:
    generator = request.generator
    corners = generator[TraceCornersField].value
    unknown = [corner for corner in corners if corner not in CORNERS]
    overrides = request.require_unparametrized_overrides()
    spare = [corner for corner in overrides if corner not in corners]
    if unknown or spare:
        raise InvalidFieldException(
            f"The field `{'corners' if unknown else 'overrides'}` of {generator.address} names "
            f"{', '.join(unknown or spare)}, but the corners "
            f"{'are ' + ', '.join(CORNERS) if unknown else 'of it are ' + ', '.join(corners)}."
        )
    folder = generator[TraceBaselinesField].value
    recorded = set()
    if folder is not None:
        paths = await path_globs_to_paths(PathGlobs([os.path.join(folder, "*.jsonl")]))
        recorded.update(paths.files)
    gpu_environment = generator[TraceGpuEnvironmentField].value
    targets = []
    for corner in corners:
        address = request.template_address.create_generated(corner)
        fields = {**request.template, TraceCornerField.alias: corner}
        baseline = os.path.join(folder or "", file_name(trace_name(address)))
        if baseline in recorded:
            fields[TraceBaselineField.alias] = baseline
        if gpu_environment is not None and CORNERS[corner] is not None:
            fields[EnvironmentField.alias] = gpu_environment
        fields.update(overrides.get(corner, {}))
        targets.append(GpuTraceTarget(fields, address, union_membership))
    return GeneratedTargets(generator, targets)


def rules():
    return [*collect_rules(), UnionRule(GenerateTargetsRequest, GenerateGpuTraces)]
