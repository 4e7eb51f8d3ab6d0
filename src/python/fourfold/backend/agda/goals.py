from __future__ import annotations

import logging
import os
import re
from typing import Any

from fourfold.backend.agda.names import refused_name
from fourfold.backend.agda.options import taken_over
from fourfold.backend.agda.spec import Agda
from fourfold.backend.agda.target_types import AGDA
from fourfold.prover.goals import ProverGoals, goal_rules
from fourfold.prover.tailor import FoundLibrary, sources_without

logger = logging.getLogger(__name__)

_OPTIONS = re.compile(r"\{-#\s*OPTIONS\s(.*?)#-\}", re.DOTALL)


def library_fields(found: FoundLibrary) -> dict[str, Any]:
    """With the flags of its .agda-lib, and with what its sources themselves do not call safe."""
    plan = found.plan
    fields = sources_without(plan, AGDA.sources.default)
    declared = plan.root.flags if plan.root is not None else ()
    flags, left = taken_over([flag for flag in declared if flag != "--safe"])
    for flag in left:
        logger.warning(
            f"The flag `{flag}` of {plan.root.project if plan.root else ''} is not taken over: "
            "a target may not set it. See `flags` in agda.md in Fourfold's documentation."
        )
    options = {
        path: " ".join(_OPTIONS.findall(text)).split() for path, text in found.own_texts.items()
    }
    unsafe = [path for path, words in options.items() if "--safe" not in words]
    if "--safe" in declared or len(unsafe) == len(options):
        unsafe = []  # the file says nothing of it, here or in any
    overrides = {
        os.path.relpath(path, plan.folder or os.curdir): {"safe": False} for path in sorted(unsafe)
    }
    return {
        **fields,
        **({"flags": flags} if flags else {}),
        **({"overrides": overrides} if overrides else {}),
    }


GOALS = ProverGoals(
    prover=Agda,
    packaged=lambda module: "",  # the folder: one project for each set of flags
    tailored=AGDA.library,
    globs=("*.agda", "*.lagda", "*.lagda.*"),
    unfit=refused_name,
    projects=("*.agda-lib",),
    fields=library_fields,
)


def rules():
    return goal_rules(GOALS)
