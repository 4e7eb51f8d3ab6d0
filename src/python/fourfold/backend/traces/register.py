"""Training runs across compilers and devices: `gpu_trace` and `trace_comparison`."""

from __future__ import annotations

from fourfold.backend.nets import register as nets
from fourfold.backend.traces import (
    comparison,
    dependency_inference,
    judge,
    record,
    target_generation,
)
from fourfold.backend.traces import target_types as trace_target_types
from fourfold.backend.traces.goals import run, test
from fourfold.prover import register as prover


def target_types():
    return [
        *trace_target_types.target_types(),
        *nets.target_types(),
        *prover.target_types(),
    ]


def rules():
    return [
        *prover.rules(),
        *nets.rules(),
        *comparison.rules(),
        *dependency_inference.rules(),
        *judge.rules(),
        *record.rules(),
        *target_generation.rules(),
        *test.rules(),
        *run.rules(),
    ]
