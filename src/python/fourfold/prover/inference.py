"""Dependencies from imports, for every prover that compiles one source at a time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Mapping, Sequence, Type

from pants.build_graph.address import Address
from pants.engine.target import (
    Dependencies,
    DependenciesRequest,
    FieldSet,
    InferDependenciesRequest,
    InferredDependencies,
    WrappedTargetRequest,
)
from pants.engine.unions import UnionMembership, UnionRule
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    determine_explicitly_provided_dependencies,
    implicitly,
    resolve_target,
    rule,
)
from fourfold.prover.deleted_sources import if_gone
from fourfold.prover.modules import ModuleMapRequest, ScanRequest, map_modules, scan_source
from fourfold.prover.source_graph import (
    ModuleMap,
    choose_owner,
    did_you_mean,
    lock_of,
    of_own_library,
)
from fourfold.prover.spec import SourceProver, prover_of
from fourfold.prover.subsystem import ProverOptionsRequest, options_request, prover_options
from fourfold.prover.target_types import ProofSourceField, ToolchainField
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.lock import Definition, Library
from fourfold.toolchains.subsystem import ToolchainsSubsystem

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LibraryRootsRequest:
    toolchain: str


@dataclass(frozen=True)
class LibraryRoots:
    """The libraries of a toolchain, selected or not."""

    libraries: FrozenDict[str, Library]

    @property
    def names(self) -> frozenset[str]:
        """The first parts of the names that they have."""
        return frozenset(
            name.split(".", 1)[0] for each in self.libraries.values() for name in each.provides
        )


@rule(desc="Find the roots of a toolchain's libraries", level=LogLevel.DEBUG)
async def library_roots(
    request: LibraryRootsRequest, toolchains: ToolchainsSubsystem
) -> LibraryRoots:
    if request.toolchain not in toolchains.locks:
        return LibraryRoots(FrozenDict())
    loaded = await load_definition(ToolchainName(request.toolchain), **implicitly())
    if not isinstance(loaded.definition, Definition):
        return LibraryRoots(FrozenDict())
    return LibraryRoots(FrozenDict(loaded.definition.libraries))


def candidates_for(
    imported: Any,
    importer: str,
    address: Address,
    owners: Mapping[str, tuple[Address, ...]],
    names: Sequence[str],
    prover: Type[SourceProver],
) -> tuple[Address, ...]:
    """The targets that an import can mean, those of the importer's own library before others.

    `names` are the modules to look among.
    """
    found = [a for n in prover.matching(imported, importer, names) for a in owners[n]]
    if prover.first_part(imported) in prover.reserved_roots:
        found = [a for a in found if a.spec_path == address.spec_path]
    return of_own_library(found, address)


def meant_by(
    imported: Any,
    importer: str,
    address: Address,
    modules: ModuleMap,
    toolchain: str,
    prover: Type[SourceProver],
) -> tuple[Address, ...]:
    near = modules.ending_like(imported.name, toolchain)
    return candidates_for(imported, importer, address, modules.owners(toolchain), near, prover)


@dataclass(frozen=True)
class SourceInferenceFieldSet(FieldSet):
    required_fields = (ProofSourceField, Dependencies, ToolchainField)

    source: ProofSourceField
    dependencies: Dependencies
    toolchain: ToolchainField


class InferSourceDependencies(InferDependenciesRequest):
    infer_from = SourceInferenceFieldSet


@rule(desc="Infer dependencies from imports", level=LogLevel.DEBUG)
async def infer_source_dependencies(
    request: InferSourceDependencies,
    toolchains: ToolchainsSubsystem,
    union_membership: UnionMembership,
) -> InferredDependencies:
    fs = request.field_set
    prover = prover_of(fs.source, union_membership)
    wrapped = await resolve_target(
        WrappedTargetRequest(fs.address, description_of_origin="dependency inference"),
        **implicitly(),
    )
    explicit = await determine_explicitly_provided_dependencies(
        **implicitly(DependenciesRequest(fs.dependencies))
    )
    asked = options_request(prover.subsystem)()
    options = await prover_options(**implicitly({asked: ProverOptionsRequest}))
    toolchain = options.toolchain_of(fs.toolchain)
    scanned = await scan_source(ScanRequest(fs.source), **implicitly())
    modules = await map_modules(ModuleMapRequest(prover.name), **implicitly())
    # An import below a library's root may be the library's: what is wrong, the compile says.
    libraries = await library_roots(LibraryRootsRequest(toolchain), **implicitly())
    roots = modules.roots(toolchain) - libraries.names - prover.standard_roots
    importer = prover.module_of(wrapped.target)
    found = lock_of(toolchain, toolchains, *prover.locks)
    for imported in scanned.imports:
        where = f"{fs.source.proof_path}:{imported.line}: `{imported.written}`"
        candidates = meant_by(imported, importer, fs.address, modules, toolchain, prover)
        if candidates:
            chosen = choose_owner(candidates, fs.address, explicit, where)
            found |= set() if chosen is None else {chosen}
            continue
        first = prover.first_part(imported)
        found |= if_gone(first, prover.toolchain_roots)
        if first in roots and not prover.may_fail(imported):
            owners = modules.owners(toolchain)
            meant = did_you_mean(prover.similar(imported, owners), owners)
            logger.warning(
                f"{where}: no target for the toolchain `{toolchain}` provides this module, "
                f"though others provide modules below `{first}`.{meant}"
            )
    return InferredDependencies(found)


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferSourceDependencies),
    ]
