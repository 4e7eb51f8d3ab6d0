"""What a numeric check depends on: the code that runs, the net, and the theories it cites.

The theories are edges for `--changed-dependents`, not inputs of the process.
"""

from __future__ import annotations

from dataclasses import dataclass

from pants.backend.python.target_types import PythonResolveField, PythonSourceField
from pants.build_graph.address import Address
from pants.core.util_rules.source_files import SourceFilesRequest
from pants.engine.target import (
    FieldSet,
    InferDependenciesRequest,
    InferredDependencies,
    TransitiveTargetsRequest,
)
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.gradients.subsystem import FiniteDifferencesSubsystem, OraclesSubsystem
from fourfold.backend.gradients.target_types import FdModuleField, OracleNetField
from fourfold.backend.nets.netspecs import NetSpecMap
from fourfold.backend.numerics.code import Code, CodeRequest, find_code
from fourfold.backend.numerics.target_types import NumericsDependenciesField
from fourfold.core.citations import scan_citations
from fourfold.engine import (
    collect_rules,
    concurrently,
    determine_source_files,
    get_digest_contents,
    implicitly,
    rule,
    transitive_targets,
)
from fourfold.prover.deleted_sources import DELETED_SOURCES
from fourfold.witness.citations import CitedBy, ProofIndex, locate


@dataclass(frozen=True)
class CitationsIn:
    """The citations in the code of a Python target."""

    source: PythonSourceField


@dataclass(frozen=True)
class ScannedCitations:
    citations: tuple[str, ...]


@rule(desc="Scan a Python file for cited theorems", level=LogLevel.DEBUG)
async def scan_python_citations(request: CitationsIn) -> ScannedCitations:
    sources = await determine_source_files(SourceFilesRequest([request.source]))
    contents = await get_digest_contents(sources.snapshot.digest)
    return ScannedCitations(
        tuple(c for f in contents for c in scan_citations(f.content.decode(errors="replace")))
    )


@dataclass(frozen=True)
class CitationsInClosure:
    """The citations in all Python code that the target at `address` depends on."""

    address: Address


@rule(desc="Scan code for cited theorems", level=LogLevel.DEBUG)
async def scan_closure(request: CitationsInClosure) -> ScannedCitations:
    closure = await transitive_targets(TransitiveTargetsRequest([request.address]), **implicitly())
    scanned = await concurrently(
        scan_python_citations(CitationsIn(target[PythonSourceField]))
        for target in closure.closure
        if target.has_field(PythonSourceField)
    )
    return ScannedCitations(tuple(sorted({c for s in scanned for c in s.citations})))


@dataclass(frozen=True)
class CitedTheories:
    """The theories that code, and what it imports, cite."""

    addresses: tuple[Address, ...]


@rule(desc="Find the theories that code cites", level=LogLevel.DEBUG)
async def find_cited_theories(code: Code, index: ProofIndex) -> CitedTheories:
    scanned = await concurrently(
        scan_closure(CitationsInClosure(address)) for address in code.addresses
    )
    citations = {c for s in scanned for c in s.citations}
    places = (locate(CitedBy(citation, "code"), index) for citation in citations)
    # What cannot be located is no edge; the test of the target says so.
    return CitedTheories(tuple(sorted({p for p in places if isinstance(p, Address)})))


@dataclass(frozen=True)
class FdInferenceFieldSet(FieldSet):
    required_fields = (FdModuleField, NumericsDependenciesField, PythonResolveField)

    module: FdModuleField
    dependencies: NumericsDependenciesField
    resolve: PythonResolveField


class InferFdDependencies(InferDependenciesRequest):
    infer_from = FdInferenceFieldSet


@rule(desc="Infer dependencies of gradient checks", level=LogLevel.DEBUG)
async def infer_fd_dependencies(
    request: InferFdDependencies, subsystem: FiniteDifferencesSubsystem
) -> InferredDependencies:
    fs = request.field_set
    code, checked = await concurrently(
        find_code(CodeRequest(fs.address, fs.dependencies, fs.resolve, modules), **implicitly())
        for modules in ((fs.module.value or "", subsystem.runner), (fs.module.value or "",))
    )
    theories = await find_cited_theories(code, **implicitly())
    gone = () if checked.addresses else (DELETED_SOURCES,)
    return InferredDependencies({*code.addresses, *theories.addresses, *gone})


@dataclass(frozen=True)
class OracleInferenceFieldSet(FieldSet):
    required_fields = (OracleNetField, NumericsDependenciesField, PythonResolveField)

    net: OracleNetField
    dependencies: NumericsDependenciesField
    resolve: PythonResolveField


class InferOracleDependencies(InferDependenciesRequest):
    infer_from = OracleInferenceFieldSet


@rule(desc="Infer dependencies of oracles", level=LogLevel.DEBUG)
async def infer_oracle_dependencies(
    request: InferOracleDependencies, subsystem: OraclesSubsystem, nets: NetSpecMap
) -> InferredDependencies:
    fs = request.field_set
    code = await find_code(
        CodeRequest(fs.address, fs.dependencies, fs.resolve, (subsystem.runner,)), **implicitly()
    )
    theories = await find_cited_theories(code, **implicitly())
    net = nets.edges(fs.net.value)
    return InferredDependencies({*net, *code.addresses, *theories.addresses})


def rules():
    return [
        *collect_rules(),
        UnionRule(InferDependenciesRequest, InferFdDependencies),
        UnionRule(InferDependenciesRequest, InferOracleDependencies),
    ]
