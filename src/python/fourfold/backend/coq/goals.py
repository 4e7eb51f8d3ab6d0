from __future__ import annotations

import os
from typing import Any

from pants.base.build_environment import get_buildroot

from fourfold.backend.coq.compile import CompileCoqRequest
from fourfold.backend.coq.names import is_logical_name, refused_name, vo_path
from fourfold.backend.coq.scanner import looks_like_coq
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqSourceField,
    CoqTheorySourcesField,
    CoqTheoryTarget,
    CoqToolchainField,
)
from fourfold.core.tailoring import LibraryPlan, fitting_name
from fourfold.prover.goals import ProverGoals, goal_rules
from fourfold.prover.tailor import sources_without


def theory_fields(plan: LibraryPlan, other: frozenset[str]) -> dict[str, Any]:
    """`other` are files that end in `.v` and are not of Coq."""
    folder = plan.folder or os.path.basename(get_buildroot())
    beside = tuple(sorted(f for f in other if f.startswith(plan.folder and plan.folder + "/")))
    plan = LibraryPlan(plan.folder, plan.files, (*plan.left_out, *beside))
    fields = sources_without(plan, CoqTheorySourcesField.default)
    name = fitting_name(folder, is_logical_name, "L")
    return fields if name == os.path.basename(plan.folder) else {**fields, "logical_name": name}


GOALS = ProverGoals(
    subsystem=CoqSubsystem,
    source=CoqSourceField,
    toolchain=CoqToolchainField,
    compile=CompileCoqRequest,
    packaged=vo_path,  # ready for `-Q dist/coq/<toolchain>/L L`
    tailored=CoqTheoryTarget,
    globs=("*.v",),
    unfit=refused_name,
    belongs=looks_like_coq,
    fields=theory_fields,
)


def rules():
    return goal_rules(GOALS)
