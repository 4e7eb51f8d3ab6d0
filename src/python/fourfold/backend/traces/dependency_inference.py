"""What a trace depends on: the code that records it, the net, and the baseline."""

from __future__ import annotations

from dataclasses import dataclass

from pants.backend.python.target_types import PythonResolveField
from pants.engine.internals.graph import OwnersRequest
from pants.engine.target import FieldSet, InferDependenciesRequest, InferredDependencies
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.nets.netspecs import NetSpecMap
from fourfold.backend.numerics.code import CodeRequest, find_code
from fourfold.backend.traces.subsystem import TracesSubsystem
from fourfold.backend.traces.target_types import (
    ComparisonBoundsField,
    TraceBaselineField,
    TraceCornerField,
    TraceDependenciesField,
    TraceNetField,
)
from fourfold.engine import collect_rules, find_owners, implicitly, rule
from fourfold.prover.deleted_sources import DELETED_SOURCES


@dataclass(frozen=True)
class TraceInferenceFieldSet(FieldSet):
    required_fields = (TraceNetField, TraceCornerField, TraceDependenciesField)

    net: TraceNetField
    corner: TraceCornerField
    baseline: TraceBaselineField
    dependencies: TraceDependenciesField
    resolve: PythonResolveField


class InferTraceDependencies(InferDependenciesRequest):
    infer_from = TraceInferenceFieldSet


@rule(desc="Infer dependencies of traces", level=LogLevel.DEBUG)
async def infer_trace_dependencies(
    request: InferTraceDependencies, traces: TracesSubsystem, nets: NetSpecMap
) -> InferredDependencies:
    fs = request.field_set
    modules = (
        *traces.recording_modules(fs.corner.value or ""),
        *((traces.differ,) if fs.baseline.value else ()),
    )
    code = await find_code(
        CodeRequest(fs.address, fs.dependencies, fs.resolve, modules), **implicitly()
    )
    found = {*nets.edges(fs.net.value), *code.addresses}
    if fs.baseline.value:
        owners = await find_owners(OwnersRequest((fs.baseline.value,)), **implicitly())
        found.update(owners or (DELETED_SOURCES,))
    return InferredDependencies(found)


@dataclass(frozen=True)
class ComparisonInferenceFieldSet(FieldSet):
    required_fields = (ComparisonBoundsField, TraceDependenciesField)

    dependencies: TraceDependenciesField
    resolve: PythonResolveField


class InferComparisonDependencies(InferDependenciesRequest):
    infer_from = ComparisonInferenceFieldSet


@rule(desc="Infer dependencies of trace comparisons", level=LogLevel.DEBUG)
async def infer_comparison_dependencies(
    request: InferComparisonDependencies, traces: TracesSubsystem
) -> InferredDependencies:
    fs = request.field_set
    code = await find_code(
        CodeRequest(fs.address, fs.dependencies, fs.resolve, (traces.comparer,)), **implicitly()
    )
    return InferredDependencies(code.addresses)


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferTraceDependencies),
        UnionRule(InferDependenciesRequest, InferComparisonDependencies),
    ]
