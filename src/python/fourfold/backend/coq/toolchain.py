from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import Digest
from pants.engine.rules import Get, collect_rules, rule

from fourfold.backend.coq.layout import CoqLayout, find_layout
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


@rule(desc="Set up Coq")
async def set_up_coq(request: CoqToolchainRequest) -> FallibleCoqToolchain:
    toolchain = await Get(FallibleToolchain, ToolchainRequest(request.name, request.libraries))
    if toolchain.digest is None:
        return FallibleCoqToolchain(request.name, None, None, toolchain.reason)
    layout = find_layout(request.name, toolchain.files)
    return FallibleCoqToolchain(request.name, toolchain.digest, layout)


def rules():
    return collect_rules()
