"""Coq, for the rules that all provers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, Iterable, Mapping

from pants.build_graph.address import Address
from pants.engine.target import Target

from fourfold.backend.coq.compile_errors import import_hint, library_for, taken_message
from fourfold.backend.coq.flags import refused_flag
from fourfold.backend.coq.layout import SetUpCoq
from fourfold.backend.coq.names import (
    STANDARD_ROOTS,
    logical_name,
    matching,
    refused_name,
    root_of,
    similar,
    taken_name,
)
from fourfold.backend.coq.scanner import (
    CoqFileUse,
    CoqRequire,
    scan_extra_dependencies,
    scan_loads,
    scan_requires,
)
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqFlagsField,
    CoqLogicalNameField,
    CoqSourceField,
    CoqToolchainField,
)
from fourfold.prover.compile import CompileRequest
from fourfold.prover.spec import Scanned, SourceProver
from fourfold.prover.toolchain import ProverToolchain


@dataclass(frozen=True)
class CoqFiles:
    """Files that a source names beside the modules it requires."""

    loads: tuple[CoqFileUse, ...] = ()
    extras: tuple[CoqFileUse, ...] = ()


class CompileCoqRequest(CompileRequest):
    pass


class Coq(SourceProver):
    name = "coq"
    source = CoqSourceField
    toolchain = CoqToolchainField
    subsystem = CoqSubsystem
    compile = CompileCoqRequest
    set_up = SetUpCoq
    toolchain_roots = frozenset(
        ("Coq", "Stdlib", "Corelib", "Ltac2", "mathcomp", "elpi", "HB", "Coquelicot", "Flocq")
    )
    standard_roots = frozenset(STANDARD_ROOTS)

    @staticmethod
    def module_of(target: Target) -> str:
        return logical_name(
            target[CoqLogicalNameField].value or "",
            target.address.spec_path,
            target[CoqSourceField].proof_path,
        )

    @staticmethod
    def scan(text: str, path: str) -> Scanned:
        files = CoqFiles(scan_loads(text), scan_extra_dependencies(text))
        return Scanned(scan_requires(text), files)

    @staticmethod
    def refused(target: Target) -> str | None:
        folder = target.address.spec_path
        flag = refused_flag(target[CoqFlagsField].value or ())
        return refused_name(folder, target[CoqSourceField].proof_path) or (
            f"{flag}; see `flags` in {folder}/BUILD." if flag else None
        )

    @staticmethod
    def taken(target: Target, toolchain: ProverToolchain) -> str | None:
        module = Coq.module_of(target)
        taken = taken_name(module, toolchain.names)
        return taken_message(target, module, taken, toolchain.name) if taken else None

    @staticmethod
    def provides(imported: CoqRequire, toolchain: ProverToolchain) -> bool:
        return bool(toolchain.layout.provides(imported)) or imported.name.startswith("Coq.")

    @staticmethod
    def library_for(imported: CoqRequire, toolchain: ProverToolchain) -> str | None:
        return library_for(imported, toolchain)

    @staticmethod
    def missing(
        imported: CoqRequire,
        importer: str,
        toolchain: ProverToolchain,
        owners: Mapping[str, tuple[Address, ...]],
    ) -> str | None:
        return import_hint(imported, importer, toolchain, owners)

    @staticmethod
    def similar(imported: CoqRequire, names: Iterable[str]) -> tuple[str, ...]:
        return similar(imported, names)

    @staticmethod
    def matching(imported: CoqRequire, importer: str, names: Collection[str]) -> tuple[str, ...]:
        return matching(imported, importer, names)

    @staticmethod
    def first_part(imported: CoqRequire) -> str:
        return root_of(imported.prefix or imported.name)

    @staticmethod
    def may_fail(imported: Any) -> bool:
        return bool(imported.may_fail)
