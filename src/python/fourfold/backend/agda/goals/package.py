from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.package import BuiltPackage, BuiltPackageArtifact, PackageFieldSet
from pants.engine.fs import AddPrefix
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.agda.compile import CompileAgdaRequest, compile_agda
from fourfold.backend.agda.dependency_inference import toolchain_of
from fourfold.backend.agda.subsystem import AgdaSubsystem
from fourfold.backend.agda.target_types import (
    AgdaModulePrefixField,
    AgdaSourceField,
    AgdaToolchainField,
)
from fourfold.engine import EnvironmentField, add_prefix, collect_rules, implicitly, rule
from fourfold.prover.source_graph import ProofGraph


class CannotPackage(Exception):
    pass


@dataclass(frozen=True)
class AgdaPackageFieldSet(PackageFieldSet):
    """Each module adds its text and its interface to one project per toolchain and flags."""

    required_fields = (AgdaSourceField, AgdaModulePrefixField)

    source: AgdaSourceField
    toolchain: AgdaToolchainField
    environment: EnvironmentField


@rule(desc="Package an Agda module", level=LogLevel.DEBUG)
async def package_agda(
    field_set: AgdaPackageFieldSet, graph: ProofGraph, agda: AgdaSubsystem
) -> BuiltPackage:
    compiled = await compile_agda(
        CompileAgdaRequest(graph.by_address[field_set.address]), **implicitly()
    )
    if compiled.output is None:
        raise CannotPackage(
            f"{field_set.address} cannot be packaged: it is {compiled.verdict.value}. "
            f"{compiled.message}"
        )
    folder = f"agda/{toolchain_of(field_set.toolchain, agda)}"
    digest = await add_prefix(AddPrefix(compiled.output.own, folder))
    return BuiltPackage(digest, (BuiltPackageArtifact(folder),))


def rules():
    return [*collect_rules(), UnionRule(PackageFieldSet, AgdaPackageFieldSet)]
