"""Proofs in Lean 4: `lean_theory` and `lean_module`."""

from __future__ import annotations

from fourfold.backend.lean import goals, judge, layout
from fourfold.backend.lean import target_types as lean_targets
from fourfold.prover.register import registered

target_types, rules = registered(lean_targets, layout, judge, goals)
