from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Mapping

from pants.build_graph.address import Address
from pants.engine.target import (
    DependenciesRequest,
    FieldSet,
    InferDependenciesRequest,
    InferredDependencies,
    Target,
)
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.names import BUILTIN_ROOT, module_name, root_of, similar
from fourfold.backend.agda.scanner import AgdaImport, extension_of, scan_header, scan_imports
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaDependenciesField,
    AgdaModulePrefixField,
    AgdaSourceField,
    AgdaToolchainField,
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
    of_own_library,
)
from fourfold.prover.source_text import SourceTextRequest, read_source_text
from fourfold.toolchains.subsystem import ToolchainsSubsystem

logger = logging.getLogger(__name__)

# What begins so is no target's, and was none's.
_TOOLCHAIN_ROOTS = frozenset(("Agda",))


def module_of(target: Target) -> str:
    return module_name(
        target[AgdaModulePrefixField].value,
        target.address.spec_path,
        target[AgdaSourceField].proof_path,
    )


def toolchain_of(field: AgdaToolchainField, agda: AgdaSubsystem) -> str:
    return field.value or agda.default_toolchain


@dataclass(frozen=True)
class AgdaModuleMap(ModuleMap):
    """By full module name."""


@rule(desc="Map Agda modules to targets", level=LogLevel.DEBUG)
def map_agda_modules(targets: AllProofTargets, agda: AgdaSubsystem) -> AgdaModuleMap:
    return AgdaModuleMap(
        by_toolchain(
            (toolchain_of(target[AgdaToolchainField], agda), module_of(target), target.address)
            for target in targets
            if target.has_field(AgdaSourceField)
        )
    )


@dataclass(frozen=True)
class AgdaImportsRequest:
    source: AgdaSourceField


@dataclass(frozen=True)
class AgdaImports:
    """`header` is the name that the file gives its module, if any."""

    imports: tuple[AgdaImport, ...]
    header: str | None


@rule(desc="Scan an Agda file for its imports", level=LogLevel.DEBUG)
async def scan_agda_imports(request: AgdaImportsRequest) -> AgdaImports:
    source = await read_source_text(SourceTextRequest(request.source))
    text = source.text
    extension = extension_of(source.path) or ".agda"
    return AgdaImports(scan_imports(text, extension), scan_header(text, extension))


def candidates_for(
    name: str, owners: Mapping[str, tuple[Address, ...]], importer: Address
) -> tuple[Address, ...]:
    """The targets that an import can mean: those of the importer's own library come first, and
    then those that have its BUILD file.

    A name of Agda's own modules means the toolchain's, except in a library that takes it.
    """
    found = owners.get(name, ())
    if root_of(name) == BUILTIN_ROOT:
        found = tuple(a for a in found if a.spec_path == importer.spec_path)
    return of_own_library(found, importer)


@dataclass(frozen=True)
class AgdaInferenceFieldSet(FieldSet):
    required_fields = (AgdaSourceField, AgdaDependenciesField)

    source: AgdaSourceField
    dependencies: AgdaDependenciesField
    toolchain: AgdaToolchainField


class InferAgdaDependencies(InferDependenciesRequest):
    infer_from = AgdaInferenceFieldSet


@rule(desc="Infer Agda dependencies", level=LogLevel.DEBUG)
async def infer_agda_dependencies(
    request: InferAgdaDependencies,
    modules: AgdaModuleMap,
    agda: AgdaSubsystem,
    toolchains: ToolchainsSubsystem,
) -> InferredDependencies:
    fs = request.field_set
    explicit = await determine_explicitly_provided_dependencies(
        **implicitly(DependenciesRequest(fs.dependencies))
    )
    scanned = await scan_agda_imports(AgdaImportsRequest(fs.source))
    toolchain = toolchain_of(fs.toolchain, agda)
    owners = modules.owners(toolchain)
    roots = modules.roots(toolchain) - {BUILTIN_ROOT}
    found = lock_of(toolchain, toolchains)
    for imported in scanned.imports:
        where = f"{fs.source.proof_path}:{imported.line}: `{imported.written}`"
        candidates = candidates_for(imported.name, owners, fs.address)
        if not candidates:
            found |= if_gone(imported.name, _TOOLCHAIN_ROOTS)
            if root_of(imported.name) in roots:
                meant = did_you_mean(similar(imported.name, owners), owners)
                logger.warning(
                    f"{where}: no target for the toolchain `{toolchain}` provides this module, "
                    f"though others provide modules below `{root_of(imported.name)}`.{meant}"
                )
            continue
        chosen = choose_owner(candidates, fs.address, explicit, where)
        if chosen is not None:
            found.add(chosen)
    return InferredDependencies(found)


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferAgdaDependencies),
    ]
