"""Proofs in Coq/Rocq: `coq_theory` and `coq_module`."""

from __future__ import annotations

from fourfold.backend.coq import (
    audit,
    citations,
    compile,
    dependency_inference,
    extra_files,
    goals,
    judge,
    recheck,
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
    return [
        *prover.rules(),
        *toolchain.rules(),
        *dependency_inference.rules(),
        *extra_files.rules(),
        *compile.rules(),
        *steps.rules(),
        *audit.rules(),
        *recheck.rules(),
        *statements.rules(),
        *judge.rules(),
        *whole_theory.rules(),
        *citations.rules(),
        *goals.rules(),
    ]
