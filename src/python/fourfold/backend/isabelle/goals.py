from __future__ import annotations

from fourfold.backend.isabelle.compile import CompileSessionRequest
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import (
    IsabelleSessionTarget,
    IsabelleSourcesField,
    IsabelleToolchainField,
)
from fourfold.prover.goals import ProverGoals, goal_rules

GOALS = ProverGoals(
    subsystem=IsabelleSubsystem,
    source=IsabelleSourcesField,
    toolchain=IsabelleToolchainField,
    compile=CompileSessionRequest,
    packaged=lambda session: "",  # the folder: images lie below the name of the ML system
    tailored=IsabelleSessionTarget,
    globs=("*.thy", "ROOT"),
)


def rules():
    return goal_rules(GOALS)
