"""Proofs in Isabelle: `isabelle_session`."""

from __future__ import annotations

from fourfold.backend.isabelle import (
    compile,
    dependency_inference,
    goals,
    inventory,
    judge,
    layout,
    sessions,
)
from fourfold.backend.isabelle import target_types as isabelle_targets
from fourfold.prover.register import registered

target_types, rules = registered(
    isabelle_targets, layout, sessions, dependency_inference, compile, inventory, judge, goals
)
