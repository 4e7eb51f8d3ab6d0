"""Proofs in Lean 4: `lean_theory` and `lean_module`."""

from __future__ import annotations

from fourfold.backend.lean import (
    audit,
    compile,
    goals,
    library,
    spec,
    toolchain,
)
from fourfold.backend.lean import target_types as lean_target_types
from fourfold.prover import register as prover


def target_types():
    return [*lean_target_types.target_types(), *prover.target_types()]


def rules():
    return prover.rules_of(
        toolchain,
        spec,
        compile,
        audit,
        library,
        goals,
    )
