"""Proofs in Isabelle: `isabelle_session`."""

from __future__ import annotations

from fourfold.backend.isabelle import (
    audit,
    compile,
    dependency_inference,
    goals,
    inventory,
    sessions,
    toolchain,
)
from fourfold.backend.isabelle import target_types as isabelle_target_types
from fourfold.prover import register as prover


def target_types():
    return [*isabelle_target_types.target_types(), *prover.target_types()]


def rules():
    return prover.rules_of(
        toolchain,
        sessions,
        dependency_inference,
        compile,
        inventory,
        audit,
        goals,
    )
