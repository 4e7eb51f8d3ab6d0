"""Proofs in Coq/Rocq: `coq_theory` and `coq_module`."""

from __future__ import annotations

from fourfold.backend.coq import audit, compile, dependency_inference, toolchain
from fourfold.backend.coq import target_types as coq_target_types
from fourfold.backend.coq.goals import check, package, tailor, test
from fourfold.backend.prover import expected_verdict, verdict_log
from fourfold.toolchains import register as toolchains


def target_types():
    return [*coq_target_types.target_types(), *expected_verdict.target_types()]


def rules():
    return [
        *toolchains.rules(),
        *verdict_log.rules(),
        *expected_verdict.rules(),
        *toolchain.rules(),
        *dependency_inference.rules(),
        *compile.rules(),
        *audit.rules(),
        *check.rules(),
        *package.rules(),
        *tailor.rules(),
        *test.rules(),
    ]
