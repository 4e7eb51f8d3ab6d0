"""Proofs in Agda: `agda_library` and `agda_module`."""

from __future__ import annotations

from fourfold.backend.agda import export, goals, judge, layout
from fourfold.backend.agda import target_types as agda_targets
from fourfold.prover.register import registered

target_types, rules = registered(agda_targets, layout, judge, goals, export)
