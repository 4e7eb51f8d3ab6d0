from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.unions import UnionRule
from pants.option.global_options import GlobalOptions
from pants.util.logging import LogLevel

from fourfold.backend.lean.names import is_module_name
from fourfold.backend.lean.target_types import LeanTheoryTarget
from fourfold.core.tailoring import LibraryPlan, fitting_name
from fourfold.engine import collect_rules, rule
from fourfold.prover.tailor import putative_libraries, unowned_sources


@dataclass(frozen=True)
class PutativeLeanTargetsRequest(PutativeTargetsRequest):
    pass


def theory_fields(plan: LibraryPlan) -> dict[str, Any]:
    name = fitting_name(plan.folder, is_module_name, "L") if plan.folder else ""
    return {} if name == os.path.basename(plan.folder) else {"module_prefix": name}


@rule(desc="Find Lean sources without a target", level=LogLevel.DEBUG)
async def find_putative_lean_targets(
    request: PutativeLeanTargetsRequest,
    all_owned_sources: AllOwnedSources,
    options: GlobalOptions,
) -> PutativeTargets:
    found = await unowned_sources(request, all_owned_sources, options, "*.lean")
    return putative_libraries(LeanTheoryTarget, found, fields=theory_fields)


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeLeanTargetsRequest)]
