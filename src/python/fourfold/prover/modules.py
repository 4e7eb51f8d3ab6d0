"""Where the modules of each prover are, and what each source imports."""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.unions import UnionMembership
from pants.util.logging import LogLevel

from fourfold.engine import collect_rules, implicitly, rule
from fourfold.prover.source_graph import AllProofTargets, ModuleMap, by_toolchain
from fourfold.prover.source_text import SourceTextRequest, read_source_text
from fourfold.prover.spec import Scanned, SourceProver, prover_of
from fourfold.prover.subsystem import ProverOptionsRequest, options_request, prover_options
from fourfold.prover.target_types import ProofSourceField, ToolchainField


@dataclass(frozen=True)
class ScanRequest:
    source: ProofSourceField


@rule(desc="Scan a proof source for its imports", level=LogLevel.DEBUG)
async def scan_source(request: ScanRequest, union_membership: UnionMembership) -> Scanned:
    read = await read_source_text(SourceTextRequest(request.source))
    return prover_of(request.source, union_membership).scan(read.text, read.path)


@dataclass(frozen=True)
class ModuleMapRequest:
    """`prover` is a `SourceProver`, by name."""

    prover: str


@rule(desc="Map modules to targets", level=LogLevel.DEBUG)
async def map_modules(
    request: ModuleMapRequest, targets: AllProofTargets, union_membership: UnionMembership
) -> ModuleMap:
    prover = next(p for p in union_membership.get(SourceProver) if p.name == request.prover)
    asked = options_request(prover.subsystem)()
    options = await prover_options(**implicitly({asked: ProverOptionsRequest}))
    return ModuleMap(
        by_toolchain(
            (options.toolchain_of(t[ToolchainField]), prover.module_of(t), t.address)
            for t in targets
            if t.has_field(prover.source)
        )
    )


def rules():
    return collect_rules()
