"""Lean, for the rules that all provers share."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from pants.engine.fs import Digest
from pants.engine.target import Target

from fourfold.backend.lean import compile
from fourfold.backend.lean.layout import LEAN_DRIVER, SetUpLean
from fourfold.backend.lean.names import module_name, similar
from fourfold.backend.lean.scanner import scan_imports
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import (
    PERMITTED_OPTIONS,
    LeanFlagsField,
    LeanModulePrefixField,
    LeanSourceField,
    LeanToolchainField,
    refused_option,
)
from fourfold.prover.compile_source import ModuleProver
from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.flags import refusal
from fourfold.prover.spec import Scanned
from fourfold.prover.toolchain import ProverToolchain


def taken_name(module: str, toolchain: ProverToolchain) -> str | None:
    """Why a module may not be called so: its constants could pass for the toolchain's."""
    root = module.split(".", 1)[0]
    if not any(m == root or m.startswith(root + ".") for m in toolchain.layout.modules):
        return None
    return (
        f"{module} has the name of a module of {toolchain.name}, or one below `{root}`, which is "
        "the toolchain's, and could pass for it where others import it. Set `module_prefix` of its "
        "target to another name."
    )


class Lean(ModuleProver):
    name = "lean"
    source = LeanSourceField
    toolchain = LeanToolchainField
    subsystem = LeanSubsystem
    set_up = SetUpLean
    driver = LEAN_DRIVER
    written = ".olean (did the file end it?)"
    toolchain_roots = frozenset(("Init", "Std", "Lean", "Lake"))
    locks = ("system-libraries",)

    @staticmethod
    def module_of(target: Target) -> str:
        return module_name(
            target[LeanModulePrefixField].value or "",
            target.address.spec_path,
            target[LeanSourceField].proof_path,
        )

    @staticmethod
    def scan(text: str, path: str) -> Scanned:
        return Scanned(scan_imports(text))

    @staticmethod
    def refused(target: Target) -> str | None:
        flag = refused_option(tuple(target[LeanFlagsField].value or ()))
        permitted = f"`-D<name>=<value>` with the names {', '.join(PERMITTED_OPTIONS)}"
        build = f"{target.address.spec_path}/BUILD"
        return refusal(flag, (permitted,), build) if flag else None

    @staticmethod
    def taken(target: Target, toolchain: ProverToolchain) -> str | None:
        if toolchain.layout is None:
            return None
        return taken_name(Lean.module_of(target), toolchain)

    @staticmethod
    def missing(
        imported: Any, importer: str, toolchain: ProverToolchain, owners: Mapping[str, Any]
    ) -> str | None:
        nameable = toolchain.layout.modules | set(owners) - {importer}
        if imported.name in nameable:
            return None
        near = similar(imported.name, nameable)
        meant = f"; did you mean {', '.join(near)}?" if near else "."
        return (
            f"missing import: neither a target nor {toolchain.name} provides "
            f"`{imported.name}`{meant}"
        )

    @staticmethod
    def similar(imported: Any, names: Iterable[str]) -> tuple[str, ...]:
        return similar(imported.name, names)

    @staticmethod
    def asked(target: Target, toolchain: ProverToolchain) -> dict[str, Any]:
        return compile.asked(target, Lean.module_of(target), toolchain)

    @staticmethod
    def rejected_because(answer: Mapping[str, Any], file: str) -> str:
        return compile.rejected_because(answer)

    @staticmethod
    def asked_together(
        targets: Sequence[Target], compiled: Sequence[FallibleCompiled], toolchain: ProverToolchain
    ) -> dict[str, Any]:
        return compile.asked_together(compiled)

    @staticmethod
    def auditor(toolchain: ProverToolchain) -> tuple[Digest, ...]:
        return (toolchain.layout.auditor,)
