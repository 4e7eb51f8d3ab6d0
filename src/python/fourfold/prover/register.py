"""What every prover's backend registers beside its own."""

from __future__ import annotations

from typing import Any

from fourfold.backend.parity import theorem_parity
from fourfold.prover import deleted_sources, inference, library, modules, source_graph, source_text
from fourfold.toolchains import register as toolchains
from fourfold.witness import register as witness


def target_types():
    return [
        *deleted_sources.target_types(),
        *theorem_parity.target_types(),
        *witness.target_types(),
    ]


def rules():
    return [
        *toolchains.rules(),
        *witness.rules(),
        *source_graph.rules(),
        *source_text.rules(),
        *modules.rules(),
        *inference.rules(),
        *deleted_sources.rules(),
        *library.rules(),
        *theorem_parity.rules(),
    ]


def rules_of(*drawers: Any) -> list[Any]:
    """Those of a prover's own modules, with what all provers share."""
    return [*rules(), *(rule for drawer in drawers for rule in drawer.rules())]
