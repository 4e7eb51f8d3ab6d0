from __future__ import annotations

import os
from typing import Any

from fourfold.backend.lean.names import is_module_name, module_path
from fourfold.backend.lean.spec import Lean
from fourfold.backend.lean.target_types import LEAN
from fourfold.core.tailoring import fitting_name
from fourfold.prover.goals import ProverGoals, goal_rules
from fourfold.prover.tailor import FoundLibrary


def theory_fields(found: FoundLibrary) -> dict[str, Any]:
    plan = found.plan
    name = fitting_name(plan.folder, is_module_name, "L") if plan.folder else ""
    return {} if name == os.path.basename(plan.folder) else {"module_prefix": name}


GOALS = ProverGoals(
    prover=Lean,
    packaged=lambda module: f"{module_path(module)}.olean",  # ready for `LEAN_PATH`
    tailored=LEAN.library,
    globs=("*.lean",),
    fields=theory_fields,
)


def rules():
    return goal_rules(GOALS)
