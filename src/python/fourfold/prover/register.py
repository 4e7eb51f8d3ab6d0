"""What every prover's backend registers beside its own."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Callable

from pants.engine.target import Target

from fourfold.backend.parity import theorem_parity
from fourfold.prover import (
    compile_source,
    deleted_sources,
    inference,
    judge,
    library,
    library_targets,
    load_together,
    modules,
    setting,
    source_graph,
    source_text,
)
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
        *setting.rules(),
        *compile_source.rules(),
        *judge.rules(),
        *deleted_sources.rules(),
        *library.rules(),
        *library_targets.rules(),
        *load_together.rules(),
        *theorem_parity.rules(),
    ]


def registered(
    own_targets: ModuleType, *drawers: ModuleType
) -> tuple[Callable[[], list[type[Target]]], Callable[[], list[Any]]]:
    """The `target_types` and the `rules` of a backend: its own modules', and what all share."""

    def all_target_types() -> list[type[Target]]:
        return [*own_targets.target_types(), *target_types()]

    def all_rules() -> list[Any]:
        return [*rules(), *(rule for drawer in drawers for rule in drawer.rules())]

    return all_target_types, all_rules
