"""Numeric witnesses of gradients: `fd_check` and `vjp_oracle`."""

from __future__ import annotations

from pants.core.util_rules import source_files, stripped_source_files

from fourfold.backend.gradients import dependency_inference, judge, target_generation
from fourfold.backend.gradients import target_types as gradient_target_types
from fourfold.backend.gradients.goals import test
from fourfold.backend.nets import register as nets
from fourfold.prover import register as prover


def target_types():
    return [
        *gradient_target_types.target_types(),
        *nets.target_types(),
        *prover.target_types(),
    ]


def rules():
    return [
        *source_files.rules(),
        *stripped_source_files.rules(),
        *prover.rules(),
        *nets.rules(),
        *dependency_inference.rules(),
        *judge.rules(),
        *target_generation.rules(),
        *test.rules(),
    ]
