from __future__ import annotations

import logging
from dataclasses import dataclass

from pants.engine.target import (
    DependenciesRequest,
    FieldSet,
    InferDependenciesRequest,
    InferredDependencies,
    Target,
)
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.names import module_name, similar
from fourfold.backend.lean.scanner import LeanHeader, scan_header
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import (
    LeanDependenciesField,
    LeanModulePrefixField,
    LeanSourceField,
    LeanToolchainField,
)
from fourfold.engine import (
    collect_rules,
    determine_explicitly_provided_dependencies,
    implicitly,
    rule,
)
from fourfold.prover.deleted_sources import if_gone
from fourfold.prover.source_graph import (
    AllProofTargets,
    ModuleMap,
    by_toolchain,
    choose_owner,
    did_you_mean,
    lock_of,
)
from fourfold.prover.source_text import SourceTextRequest, read_source_text
from fourfold.toolchains.subsystem import ToolchainsSubsystem

logger = logging.getLogger(__name__)

# What begins so is no target's, and was none's.
_TOOLCHAIN_ROOTS = frozenset(("Init", "Std", "Lean", "Lake"))


def module_of(target: Target) -> str:
    return module_name(
        target[LeanModulePrefixField].value or "",
        target.address.spec_path,
        target[LeanSourceField].proof_path,
    )


def toolchain_of(field: LeanToolchainField, lean: LeanSubsystem) -> str:
    return field.value or lean.default_toolchain


@dataclass(frozen=True)
class LeanModuleMap(ModuleMap):
    """By the module's name."""


@rule(desc="Map Lean modules to targets", level=LogLevel.DEBUG)
def map_lean_modules(targets: AllProofTargets, lean: LeanSubsystem) -> LeanModuleMap:
    return LeanModuleMap(
        by_toolchain(
            (toolchain_of(target[LeanToolchainField], lean), module_of(target), target.address)
            for target in targets
            if target.has_field(LeanSourceField)
        )
    )


@dataclass(frozen=True)
class LeanHeaderRequest:
    source: LeanSourceField


@rule(desc="Scan a Lean file for its imports", level=LogLevel.DEBUG)
async def scan_lean_header(request: LeanHeaderRequest) -> LeanHeader:
    source = await read_source_text(SourceTextRequest(request.source))
    return scan_header(source.text)


@dataclass(frozen=True)
class LeanInferenceFieldSet(FieldSet):
    required_fields = (LeanSourceField, LeanDependenciesField)

    source: LeanSourceField
    dependencies: LeanDependenciesField
    toolchain: LeanToolchainField


class InferLeanDependencies(InferDependenciesRequest):
    infer_from = LeanInferenceFieldSet


@rule(desc="Infer Lean dependencies", level=LogLevel.DEBUG)
async def infer_lean_dependencies(
    request: InferLeanDependencies,
    modules: LeanModuleMap,
    lean: LeanSubsystem,
    toolchains: ToolchainsSubsystem,
) -> InferredDependencies:
    fs = request.field_set
    explicit = await determine_explicitly_provided_dependencies(
        **implicitly(DependenciesRequest(fs.dependencies))
    )
    header = await scan_lean_header(LeanHeaderRequest(fs.source))
    toolchain = toolchain_of(fs.toolchain, lean)
    owners = modules.owners(toolchain)
    roots = modules.roots(toolchain)
    found = lock_of(toolchain, toolchains, "system-libraries")
    for imported in header.imports:
        where = f"{fs.source.proof_path}:{imported.line}: `import {imported.module}`"
        candidates = owners.get(imported.module, ())
        if not candidates:
            found |= if_gone(imported.module, _TOOLCHAIN_ROOTS)
            if imported.module.split(".", 1)[0] in roots:
                meant = did_you_mean(similar(imported.module, owners), owners)
                logger.warning(
                    f"{where}: no target for the toolchain `{toolchain}` provides this "
                    f"module.{meant}"
                )
            continue
        chosen = choose_owner(candidates, fs.address, explicit, where)
        if chosen is not None:
            found.add(chosen)
    return InferredDependencies(found)


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferLeanDependencies),
    ]
