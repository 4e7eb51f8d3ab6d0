"""Agda, for the rules that all provers share."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from pants.engine.target import Target

from fourfold.backend.agda import compile
from fourfold.backend.agda.layout import SetUpAgda
from fourfold.backend.agda.names import (
    BUILTIN_ROOT,
    module_name,
    refused_name,
    similar,
    taken_name,
    wanted_prefix,
)
from fourfold.backend.agda.options import permitted_flags, refused_flag
from fourfold.backend.agda.scanner import extension_of, scan_header, scan_imports
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaFlagsField,
    AgdaModulePrefixField,
    AgdaSafeField,
    AgdaSourceField,
    AgdaToolchainField,
)
from fourfold.prover.compile_source import ModuleProver, SourceCompile
from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.flags import refusal
from fourfold.prover.spec import Scanned
from fourfold.prover.toolchain import ProverToolchain


class Agda(ModuleProver):
    """`more` of what is scanned is the name that the file gives its module, if any."""

    name = "agda"
    source = AgdaSourceField
    toolchain = AgdaToolchainField
    subsystem = AgdaSubsystem
    set_up = SetUpAgda
    driver = compile.AGDA_DRIVER
    written = "interface"
    toolchain_roots = standard_roots = reserved_roots = frozenset((BUILTIN_ROOT,))

    @staticmethod
    def module_of(target: Target) -> str:
        return module_name(
            target[AgdaModulePrefixField].value,
            target.address.spec_path,
            target[AgdaSourceField].proof_path,
        )

    @staticmethod
    def scan(text: str, path: str) -> Scanned:
        extension = extension_of(path) or ".agda"
        return Scanned(scan_imports(text, extension), scan_header(text, extension))

    @staticmethod
    def refused(target: Target) -> str | None:
        path = target[AgdaSourceField].proof_path
        safe = target[AgdaSafeField].value
        flag = refused_flag(target[AgdaFlagsField].value or (), safe)
        return refused_name(target.address.spec_path, path) or (
            refusal(flag, permitted_flags(safe), f"{target.address.spec_path}/BUILD")
            if flag
            else None
        )

    @staticmethod
    def taken(target: Target, toolchain: ProverToolchain) -> str | None:
        if toolchain.layout is None:
            return None
        return taken_name(Agda.module_of(target), toolchain.name, toolchain.layout.modules)

    @staticmethod
    def missing(
        imported: Any, importer: str, toolchain: ProverToolchain, owners: Mapping[str, Any]
    ) -> str | None:
        if imported.name in owners:
            return None  # one that imports itself, or that `dependencies` exclude
        near = similar(imported.name, toolchain.layout.modules | set(owners))
        meant = f"; did you mean {', '.join(near)}?" if near else "."
        return (
            "missing import: no target and "
            f"no built-in module of {toolchain.name} provides `{imported.written}`{meant}"
        )

    @staticmethod
    def hint(target: Target, scanned: Scanned) -> str | None:
        prefix = wanted_prefix(scanned.more, Agda.module_of(target))
        if prefix is None:
            return None
        return (
            f"{target[AgdaSourceField].proof_path} calls itself {scanned.more}. To have it so, "
            f'set `module_prefix="{prefix}"` in {target.address.spec_path}/BUILD, or move the '
            "target to the folder above."
        )

    @staticmethod
    def similar(imported: Any, names: Iterable[str]) -> tuple[str, ...]:
        return similar(imported.name, names)

    @staticmethod
    def asked(target: Target, toolchain: ProverToolchain) -> dict[str, Any]:
        return compile.step_fields(target, Agda.module_of(target), toolchain)

    @staticmethod
    def refused_import(target: Target, imports: Iterable[FallibleCompiled]) -> str | None:
        return compile.unsafe_import(Agda.module_of(target), imports)

    @staticmethod
    def refused_outcome(ran: SourceCompile) -> str | None:
        return compile.never_permitted(ran)

    @staticmethod
    def rejected_because(answer: Mapping[str, Any], file: str) -> str:
        return compile.rejected_because(answer, file)

    @staticmethod
    def said(answer: Mapping[str, Any]) -> str:
        return compile.without_progress(answer["output"])

    @staticmethod
    def more(ran: SourceCompile) -> compile.AgdaTrust:
        return compile.trust_of(ran)

    @staticmethod
    def asked_together(
        targets: Sequence[Target], compiled: Sequence[FallibleCompiled], toolchain: ProverToolchain
    ) -> dict[str, Any]:
        return {
            **toolchain.layout.request_fields(),
            "flags": compile.common_flags(targets),
            "modules": [c.module for c in compiled],
        }
