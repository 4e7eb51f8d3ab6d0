"""Training runs across compilers and devices: `gpu_trace` and `trace_comparison`.

Needs the backend `fourfold.backend.gradients`, whose `netspec` targets are the nets.
"""

from __future__ import annotations

from fourfold.backend.gradients import register as gradients
from fourfold.backend.traces import comparison, dependency_inference, record, target_generation
from fourfold.backend.traces import target_types as trace_target_types
from fourfold.backend.traces.goals import run, test


def target_types():
    return trace_target_types.target_types()


def rules():
    return [
        *gradients.rules(),
        *comparison.rules(),
        *dependency_inference.rules(),
        *record.rules(),
        *target_generation.rules(),
        *test.rules(),
        *run.rules(),
    ]
