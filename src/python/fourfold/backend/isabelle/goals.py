from __future__ import annotations

from fourfold.backend.isabelle.spec import Isabelle
from fourfold.backend.isabelle.target_types import (
    IsabelleSessionTarget,
)
from fourfold.prover.goals import ProverGoals, goal_rules

GOALS = ProverGoals(
    prover=Isabelle,
    packaged=lambda session: "",  # the folder: images lie below the name of the ML system
    tailored=IsabelleSessionTarget,
    globs=("*.thy", "ROOT"),
)


def rules():
    return goal_rules(GOALS)
