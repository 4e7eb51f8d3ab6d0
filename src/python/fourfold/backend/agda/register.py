"""Proofs in Agda: `agda_library` and `agda_module`."""

from __future__ import annotations

from fourfold.backend.agda import (
    audit,
    compile,
    goals,
    library,
    spec,
    toolchain,
)
from fourfold.backend.agda import target_types as agda_target_types
from fourfold.prover import register as prover


def target_types():
    return [*agda_target_types.target_types(), *prover.target_types()]


def rules():
    return prover.rules_of(
        toolchain,
        spec,
        compile,
        audit,
        library,
        goals,
    )
