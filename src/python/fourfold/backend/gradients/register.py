"""Numeric witnesses of gradients: `fd_check`, `vjp_oracle`, and the nets, `netspec`."""

from __future__ import annotations

from pants.core.util_rules import source_files, stripped_source_files

from fourfold.backend.gradients import (
    dependency_inference,
    net_rules,
    target_generation,
)
from fourfold.backend.gradients import target_types as gradient_target_types
from fourfold.backend.gradients.goals import run, test
from fourfold.backend.numerics import process
from fourfold.prover import register as prover


def target_types():
    return [*gradient_target_types.target_types(), *prover.target_types()]


def rules():
    return [
        *source_files.rules(),
        *stripped_source_files.rules(),
        *prover.rules(),
        *dependency_inference.rules(),
        *net_rules.rules(),
        *process.rules(),
        *target_generation.rules(),
        *test.rules(),
        *run.rules(),
    ]
