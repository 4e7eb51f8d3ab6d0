from __future__ import annotations

from dataclasses import dataclass

from pants.core.goals.package import BuiltPackage, BuiltPackageArtifact, PackageFieldSet
from pants.engine.fs import AddPrefix
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import CompileCoqRequest, compile_coq
from fourfold.backend.coq.dependency_inference import toolchain_of
from fourfold.backend.coq.names import vo_path
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import (
    CoqLogicalNameField,
    CoqSourceField,
    CoqToolchainField,
)
from fourfold.engine import EnvironmentField, add_prefix, collect_rules, implicitly, rule
from fourfold.prover.source_graph import ProofGraph


class CannotPackage(Exception):
    pass


@dataclass(frozen=True)
class CoqPackageFieldSet(PackageFieldSet):
    """Each module adds its file to one tree per toolchain, ready for `-Q dist/coq/<it>/L L`."""

    required_fields = (CoqSourceField, CoqLogicalNameField)

    source: CoqSourceField
    toolchain: CoqToolchainField
    environment: EnvironmentField


@rule(desc="Package a Coq module", level=LogLevel.DEBUG)
async def package_coq(
    field_set: CoqPackageFieldSet, graph: ProofGraph, coq: CoqSubsystem
) -> BuiltPackage:
    compiled = await compile_coq(
        CompileCoqRequest(graph.by_address[field_set.address]), **implicitly()
    )
    if compiled.output is None:
        raise CannotPackage(
            f"{field_set.address} cannot be packaged: it is {compiled.verdict.value}. "
            f"{compiled.message}"
        )
    folder = f"coq/{toolchain_of(field_set.toolchain, coq)}"
    digest = await add_prefix(AddPrefix(compiled.output.own, folder))
    return BuiltPackage(digest, (BuiltPackageArtifact(f"{folder}/{vo_path(compiled.module)}"),))


def rules():
    return [*collect_rules(), UnionRule(PackageFieldSet, CoqPackageFieldSet)]
