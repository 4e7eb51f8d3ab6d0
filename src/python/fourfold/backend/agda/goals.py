from __future__ import annotations

from fourfold.backend.agda.compile import CompileAgdaRequest
from fourfold.backend.agda.names import refused_name
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaLibrarySourcesField,
    AgdaLibraryTarget,
    AgdaSourceField,
    AgdaToolchainField,
)
from fourfold.prover.goals import ProverGoals, goal_rules
from fourfold.prover.tailor import sources_without

GOALS = ProverGoals(
    subsystem=AgdaSubsystem,
    source=AgdaSourceField,
    toolchain=AgdaToolchainField,
    compile=CompileAgdaRequest,
    packaged=lambda module: "",  # the folder: one project for each set of flags
    tailored=AgdaLibraryTarget,
    globs=("*.agda", "*.lagda", "*.lagda.*"),
    unfit=refused_name,
    fields=lambda plan, _: sources_without(plan, AgdaLibrarySourcesField.default),
)


def rules():
    return goal_rules(GOALS)
