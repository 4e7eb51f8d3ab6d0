"""The beginning of each prover's judgement of a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pants.build_graph.address import Address
from pants.engine.target import Target
from pants.engine.unions import UnionMembership
from pants.util.logging import LogLevel

from fourfold.engine import collect_rules, implicitly, rule
from fourfold.prover.compile import CompileRequest, compile_proof
from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.judgement import Findings, of_compile
from fourfold.prover.setting import Setting, SettingRequest, setting_of
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.spec import prover_for
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import ProofSandbox


@dataclass(frozen=True)
class CompiledModuleRequest:
    address: Address


@dataclass(frozen=True)
class CompiledModule:
    """What is judged, as it compiled; of a prover that builds many sources as one, those."""

    target: Target
    setting: Setting
    compiled: FallibleCompiled
    sandbox: ProofSandbox

    @property
    def toolchain(self) -> ProverToolchain:
        return self.setting.toolchain

    @property
    def name(self) -> str:
        return self.compiled.module

    @property
    def output(self) -> Any:
        return self.compiled.output

    def findings(self) -> Findings:
        return of_compile(
            self.target,
            self.setting.prover,
            self.toolchain.name,
            self.toolchain.digest,
            self.sandbox.isolation,
            self.compiled,
            self.toolchain.version,
        )


@rule(desc="Compile what is judged", level=LogLevel.DEBUG)
async def compiled_module(
    request: CompiledModuleRequest,
    graph: ProofGraph,
    sandbox: ProofSandbox,
    union_membership: UnionMembership,
) -> CompiledModule:
    component = graph.by_address[request.address]
    target = next(t for t in component.members if t.address == request.address)
    setting = await setting_of(SettingRequest(target), **implicitly())
    asked = prover_for(target, union_membership).compile(component)
    compiled = await compile_proof(**implicitly({asked: CompileRequest}))
    return CompiledModule(target, setting, compiled, sandbox)


def rules():
    return collect_rules()
