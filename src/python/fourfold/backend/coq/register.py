"""Proofs in Coq/Rocq: `coq_theory` and `coq_module`."""

from __future__ import annotations

from fourfold.backend.coq import (
    audit,
    compile,
    extra_files,
    goals,
    judge,
    recheck,
    spec,
    statements,
    steps,
    toolchain,
    whole_theory,
)
from fourfold.backend.coq import target_types as coq_target_types
from fourfold.prover import register as prover


def target_types():
    return [*coq_target_types.target_types(), *prover.target_types()]


def rules():
    return prover.rules_of(
        toolchain,
        spec,
        extra_files,
        compile,
        steps,
        audit,
        recheck,
        statements,
        judge,
        whole_theory,
        goals,
    )
