from __future__ import annotations

import os
from typing import Mapping, Sequence

from pants.engine.target import Target

from fourfold.backend.agda.compile import common_flags
from fourfold.backend.agda.layout import AgdaLayout, SetUpAgda
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import AgdaModulePrefixField, AgdaSourceField
from fourfold.prover.export import Program, ProverExport, export_rules

PROJECT = "fourfold.agda-lib"


def programs(layout: AgdaLayout) -> Mapping[str, Program]:
    return {"agda": Program(("usr/bin/agda",), {"Agda_datadir": layout.data})}


def project(toolchain: str, targets: Sequence[Target], buildroot: str) -> tuple[str, str]:
    """Agda has one set of flags for all of a project: those that all targets share."""
    found = [target for target in targets if not target[AgdaModulePrefixField].value]
    folders = sorted({os.path.join(buildroot, target.address.spec_path) for target in found})
    flags = common_flags(found) if found else []
    return PROJECT, "\n".join(
        [
            f"-- Of the targets for {toolchain} without a module_prefix, and the flags they share.",
            "name: fourfold",
            "include:",
            *(f"  {folder}" for folder in folders),
            *(["flags:", f"  {' '.join(flags)}"] if flags else []),
            "",
        ]
    )


EXPORT = ProverExport(
    subsystem=AgdaSubsystem,
    source=AgdaSourceField,
    set_up=SetUpAgda,
    prefixes=("agda",),
    programs=programs,
    project=project,
)


def rules():
    return export_rules(EXPORT)
