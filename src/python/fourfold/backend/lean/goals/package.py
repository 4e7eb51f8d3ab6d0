from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.package import BuiltPackage, BuiltPackageArtifact, PackageFieldSet
from pants.engine.fs import AddPrefix
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.lean.compile import CompileLeanRequest, compile_lean
from fourfold.backend.lean.dependency_inference import toolchain_of
from fourfold.backend.lean.names import module_path
from fourfold.backend.lean.subsystem import LeanSubsystem
from fourfold.backend.lean.target_types import (
    LeanModulePrefixField,
    LeanSourceField,
    LeanToolchainField,
)
from fourfold.engine import EnvironmentField, add_prefix, collect_rules, implicitly, rule
from fourfold.prover.source_graph import ProofGraph


class CannotPackage(Exception):
    pass


@dataclass(frozen=True)
class LeanPackageFieldSet(PackageFieldSet):
    """Each module adds its files to one tree per toolchain, ready for `LEAN_PATH`."""

    required_fields = (LeanSourceField, LeanModulePrefixField)

    source: LeanSourceField
    toolchain: LeanToolchainField
    environment: EnvironmentField


@rule(desc="Package a Lean module", level=LogLevel.DEBUG)
async def package_lean(
    field_set: LeanPackageFieldSet, graph: ProofGraph, lean: LeanSubsystem
) -> BuiltPackage:
    compiled = await compile_lean(
        CompileLeanRequest(graph.by_address[field_set.address]), **implicitly()
    )
    if compiled.output is None:
        raise CannotPackage(
            f"{field_set.address} cannot be packaged: it is {compiled.verdict.value}. "
            f"{compiled.message}"
        )
    toolchain = toolchain_of(field_set.toolchain, lean).strip("/")
    folder = "lean/" + toolchain.replace("/", "--").replace(":", "---")
    digest = await add_prefix(AddPrefix(compiled.output.own, folder))
    return BuiltPackage(
        digest, (BuiltPackageArtifact(f"{folder}/{module_path(compiled.module)}.olean"),)
    )


def rules():
    return [*collect_rules(), UnionRule(PackageFieldSet, LeanPackageFieldSet)]
