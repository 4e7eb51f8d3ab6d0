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

from fourfold.backend.coq.names import STANDARD_ROOTS, logical_name, matching, root_of, similar
from fourfold.backend.coq.scanner import (
    CoqFileUse,
    CoqRequire,
    scan_extra_dependencies,
    scan_loads,
    scan_requires,
)
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqDependenciesField,
    CoqLogicalNameField,
    CoqSourceField,
    CoqToolchainField,
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
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.lock import Definition
from fourfold.toolchains.subsystem import ToolchainsSubsystem

logger = logging.getLogger(__name__)

# What begins so is no target's, and was none's.
_TOOLCHAIN_ROOTS = frozenset(
    ("Coq", "Stdlib", "Corelib", "Ltac2", "mathcomp", "elpi", "HB", "Coquelicot", "Flocq")
)


def module_of(target: Target) -> str:
    return logical_name(
        target[CoqLogicalNameField].value or "",
        target.address.spec_path,
        target[CoqSourceField].proof_path,
    )


def toolchain_of(field: CoqToolchainField, coq: CoqSubsystem) -> str:
    return field.value or coq.default_toolchain


@dataclass(frozen=True)
class CoqModuleMap(ModuleMap):
    """By full logical name."""


@rule(desc="Map Coq modules to targets", level=LogLevel.DEBUG)
def map_coq_modules(targets: AllProofTargets, coq: CoqSubsystem) -> CoqModuleMap:
    return CoqModuleMap(
        by_toolchain(
            (toolchain_of(target[CoqToolchainField], coq), module_of(target), target.address)
            for target in targets
            if target.has_field(CoqSourceField)
        )
    )


@dataclass(frozen=True)
class CoqRequiresRequest:
    source: CoqSourceField


@dataclass(frozen=True)
class CoqRequires:
    """`loads` and `extras` are files that it names: see core/coq_scanner.py."""

    requires: tuple[CoqRequire, ...]
    loads: tuple[CoqFileUse, ...] = ()
    extras: tuple[CoqFileUse, ...] = ()


@rule(desc="Scan a Coq file for what it requires", level=LogLevel.DEBUG)
async def scan_coq_requires(request: CoqRequiresRequest) -> CoqRequires:
    text = (await read_source_text(SourceTextRequest(request.source))).text
    return CoqRequires(scan_requires(text), scan_loads(text), scan_extra_dependencies(text))


@dataclass(frozen=True)
class CoqLibraryRootsRequest:
    toolchain: str


@dataclass(frozen=True)
class CoqLibraryRoots:
    """The first parts of the names that libraries of a toolchain have, selected or not."""

    names: frozenset[str]


@rule(desc="Find the roots of a Coq toolchain's libraries", level=LogLevel.DEBUG)
async def coq_library_roots(
    request: CoqLibraryRootsRequest, toolchains: ToolchainsSubsystem
) -> CoqLibraryRoots:
    provided: set[str] = set()
    if request.toolchain in toolchains.locks:
        loaded = await load_definition(ToolchainName(request.toolchain), **implicitly())
        if isinstance(loaded.definition, Definition):
            libraries = loaded.definition.libraries.values()
            provided = {root_of(name) for library in libraries for name in library.provides}
    return CoqLibraryRoots(frozenset({*STANDARD_ROOTS, *provided}))


@dataclass(frozen=True)
class CoqInferenceFieldSet(FieldSet):
    required_fields = (CoqSourceField, CoqDependenciesField)

    source: CoqSourceField
    dependencies: CoqDependenciesField
    logical_name: CoqLogicalNameField
    toolchain: CoqToolchainField


class InferCoqDependencies(InferDependenciesRequest):
    infer_from = CoqInferenceFieldSet


@rule(desc="Infer Coq dependencies", level=LogLevel.DEBUG)
async def infer_coq_dependencies(
    request: InferCoqDependencies,
    modules: CoqModuleMap,
    coq: CoqSubsystem,
    toolchains: ToolchainsSubsystem,
) -> InferredDependencies:
    fs = request.field_set
    explicit = await determine_explicitly_provided_dependencies(
        **implicitly(DependenciesRequest(fs.dependencies))
    )
    scanned = await scan_coq_requires(CoqRequiresRequest(fs.source))
    toolchain = toolchain_of(fs.toolchain, coq)
    owners = modules.owners(toolchain)
    # An import below a library's root may be the library's: what is wrong, the compile says.
    libraries = await coq_library_roots(CoqLibraryRootsRequest(toolchain), **implicitly())
    roots = modules.roots(toolchain) - libraries.names
    importer = logical_name(fs.logical_name.value or "", fs.address.spec_path, fs.source.proof_path)
    found = lock_of(toolchain, toolchains)
    for require in scanned.requires:
        where = f"{fs.source.proof_path}:{require.line}: `{require.written}`"
        matches = matching(require, importer, modules.ending_like(require.name, toolchain))
        candidates = of_own_library(
            [address for name in matches for address in owners[name]], fs.address
        )
        if not candidates:
            first = root_of(require.prefix or require.name)
            found |= if_gone(first, _TOOLCHAIN_ROOTS)
            if first in roots and not require.may_fail:
                meant = did_you_mean(similar(require, owners), owners)
                logger.warning(
                    f"{where}: no target for the toolchain `{toolchain}` provides this module, "
                    f"though others provide modules below `{first}`.{meant}"
                )
            continue
        chosen = choose_owner(candidates, fs.address, explicit, where)
        if chosen is not None:
            found.add(chosen)
    return InferredDependencies(found)


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferCoqDependencies),
    ]
