from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import Digest
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.target import Target

from fourfold.backend.coq.dependency_inference import toolchain_of
from fourfold.backend.coq.layout import CoqLayout, find_layout
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqToolchainField
from fourfold.backend.prover.target_types import LibrariesField
from fourfold.toolchains.unpack import FallibleToolchain, ToolchainRequest


@dataclass(frozen=True)
class CoqToolchainRequest:
    name: str
    libraries: tuple[str, ...]


@dataclass(frozen=True)
class FallibleCoqToolchain:
    """`digest` and `layout` are there together; without them, `reason` says why."""

    name: str
    digest: Digest | None
    layout: CoqLayout | None
    reason: str = ""


def toolchain_request(target: Target, coq: CoqSubsystem) -> CoqToolchainRequest:
    """For the toolchain that a module is checked with."""
    name = toolchain_of(target[CoqToolchainField], coq)
    return CoqToolchainRequest(name, target[LibrariesField].value or ())


@rule(desc="Set up Coq")
async def set_up_coq(request: CoqToolchainRequest) -> FallibleCoqToolchain:
    toolchain = await Get(FallibleToolchain, ToolchainRequest(request.name, request.libraries))
    if toolchain.digest is None:
        return FallibleCoqToolchain(request.name, None, None, toolchain.reason)
    layout = find_layout(request.name, toolchain.files)
    return FallibleCoqToolchain(request.name, toolchain.digest, layout)


def rules():
    return collect_rules()
