from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import Digest

from fourfold.backend.agda.layout import AgdaLayout, find_layout
from fourfold.engine import collect_rules, implicitly, rule
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain


@dataclass(frozen=True)
class AgdaToolchainRequest:
    name: str
    libraries: tuple[str, ...]


@dataclass(frozen=True)
class FallibleAgdaToolchain:
    """`digest` and `layout` are there together; without them, `reason` says why."""

    name: str
    digest: Digest | None
    layout: AgdaLayout | None
    reason: str = ""


@rule(desc="Set up Agda")
async def set_up_agda(request: AgdaToolchainRequest) -> FallibleAgdaToolchain:
    toolchain = await set_up_toolchain(
        ToolchainRequest(request.name, request.libraries), **implicitly()
    )
    if toolchain.digest is None:
        return FallibleAgdaToolchain(request.name, None, None, toolchain.reason)
    layout = find_layout(request.name, toolchain.files)
    return FallibleAgdaToolchain(request.name, toolchain.digest, layout)


def rules():
    return collect_rules()
