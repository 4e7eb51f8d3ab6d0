"""Proofs in Coq/Rocq: `coq_theory` and `coq_module`."""

from __future__ import annotations

from fourfold.backend.coq import (
    audit,
    compile,
    export,
    extra_files,
    goals,
    independent,
    judge,
    layout,
    library,
    recheck,
    statements,
    steps,
)
from fourfold.backend.coq import target_types as coq_targets
from fourfold.prover.register import registered

target_types, rules = registered(
    coq_targets,
    layout,
    extra_files,
    compile,
    steps,
    audit,
    recheck,
    independent,
    statements,
    judge,
    library,
    goals,
    export,
)
