from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from pants.base.build_environment import get_buildroot
from pants.core.goals.tailor import AllOwnedSources, PutativeTargets, PutativeTargetsRequest
from pants.engine.fs import PathGlobs
from pants.engine.unions import UnionRule
from pants.option.global_options import GlobalOptions
from pants.util.logging import LogLevel

from fourfold.backend.coq.names import is_logical_name, refused_name
from fourfold.backend.coq.scanner import looks_like_coq
from fourfold.backend.coq.target_types import CoqTheorySourcesField, CoqTheoryTarget
from fourfold.core.tailoring import LibraryPlan, fitting_name
from fourfold.engine import collect_rules, get_digest_contents, implicitly, rule
from fourfold.prover.tailor import putative_libraries, sources_without, unowned_sources


@dataclass(frozen=True)
class PutativeCoqTargetsRequest(PutativeTargetsRequest):
    pass


def theory_fields(plan: LibraryPlan, other: frozenset[str]) -> dict[str, Any]:
    """`other` are files that end in `.v` and are not of Coq."""
    folder = plan.folder or os.path.basename(get_buildroot())
    beside = tuple(sorted(f for f in other if f.startswith(plan.folder and plan.folder + "/")))
    plan = LibraryPlan(plan.folder, plan.files, (*plan.left_out, *beside))
    fields = sources_without(plan, CoqTheorySourcesField.default)
    name = fitting_name(folder, is_logical_name, "L")
    return fields if name == os.path.basename(plan.folder) else {**fields, "logical_name": name}


@rule(desc="Find Coq sources without a target", level=LogLevel.DEBUG)
async def find_putative_coq_targets(
    request: PutativeCoqTargetsRequest,
    all_owned_sources: AllOwnedSources,
    options: GlobalOptions,
) -> PutativeTargets:
    found = await unowned_sources(request, all_owned_sources, options, "*.v")
    contents = await get_digest_contents(**implicitly(PathGlobs(found)))
    coq = {f.path for f in contents if looks_like_coq(f.content.decode(errors="replace"))}
    other = frozenset(found) - coq
    return putative_libraries(
        CoqTheoryTarget, sorted(coq), refused_name, lambda plan: theory_fields(plan, other)
    )


def rules():
    return [*collect_rules(), UnionRule(PutativeTargetsRequest, PutativeCoqTargetsRequest)]
