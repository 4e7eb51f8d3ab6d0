"""What every prover's backend registers beside its own."""

from __future__ import annotations

from fourfold.backend.prover import (
    citations,
    deleted_sources,
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
    return [
        *deleted_sources.target_types(),
        *expected_verdict.target_types(),
        *theorem_parity.target_types(),
    ]


def rules():
    return [
        *toolchains.rules(),
        *source_graph.rules(),
        *source_text.rules(),
        *citations.rules(),
        *deleted_sources.rules(),
        *judge.rules(),
        *library.rules(),
        *verdict_log.rules(),
        *expected_verdict.rules(),
        *theorem_parity.rules(),
    ]
