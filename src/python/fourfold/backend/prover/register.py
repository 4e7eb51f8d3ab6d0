"""What every prover's backend registers beside its own."""

from __future__ import annotations

from fourfold.backend.prover import (
    citations,
    expected_verdict,
    judge,
    library,
    source_graph,
    source_text,
    theorem_parity,
    verdict_log,
)
from fourfold.toolchains import register as toolchains


def target_types():
    return [*expected_verdict.target_types(), *theorem_parity.target_types()]


def rules():
    return [
        *toolchains.rules(),
        *source_graph.rules(),
        *source_text.rules(),
        *citations.rules(),
        *judge.rules(),
        *library.rules(),
        *verdict_log.rules(),
        *expected_verdict.rules(),
        *theorem_parity.rules(),
    ]
