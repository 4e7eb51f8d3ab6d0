"""The beginning of each prover's judgement of a target."""

from __future__ import annotations

from pants.build_graph.address import Address
from pants.engine.target import Target

from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.judgement import Findings, of_compile
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.subsystem import ProverSubsystem
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox


def target_at(address: Address, graph: ProofGraph) -> Target:
    return next(t for t in graph.by_address[address].members if t.address == address)


def begun(
    target: Target,
    prover: ProverSubsystem,
    compiled: FallibleCompiled,
    toolchain: ProverToolchain,
    sandbox: ProofSandbox,
) -> Findings:
    return of_compile(
        target.address,
        prover.options_scope,
        toolchain.name,
        toolchain.digest,
        sandbox.isolation,
        compiled,
        toolchain.version,
    )
