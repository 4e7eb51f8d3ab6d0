"""An Isabelle, with the small Linux that it runs in, and the images it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from pants.engine.fs import Digest

from fourfold.engine import collect_rules, implicitly, rule
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain

USERLAND = "userland"
LIKE = "isabelle-2025"


@dataclass(frozen=True)
class IsabelleToolchainRequest:
    name: str
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True)
class FallibleIsabelleToolchain:
    """`digest` and `userland` are there together; without them, `reason` says why.

    `images` are the sessions of which the toolchain holds the image.
    """

    name: str
    digest: Digest | None
    userland: Digest | None = None
    images: frozenset[str] = frozenset()
    reason: str = ""


def images_among(files: Iterable[str]) -> frozenset[str]:
    """Sessions with an image, from paths such as `heaps/polyml-5.9.1_x86_64_32-linux/HOL`."""
    parts = (path.split("/") for path in files)
    return frozenset(p[2] for p in parts if len(p) == 3 and p[0] == "heaps")


@rule(desc="Set up Isabelle")
async def set_up_isabelle(request: IsabelleToolchainRequest) -> FallibleIsabelleToolchain:
    toolchain = await set_up_toolchain(
        ToolchainRequest(request.name, request.libraries, like=LIKE), **implicitly()
    )
    if toolchain.digest is None:
        return FallibleIsabelleToolchain(request.name, None, reason=toolchain.reason)
    # Only where there is an Isabelle to run in it is it downloaded.
    userland = await set_up_toolchain(ToolchainRequest(USERLAND), **implicitly())
    if userland.digest is None:
        return FallibleIsabelleToolchain(request.name, None, reason=userland.reason)
    return FallibleIsabelleToolchain(
        request.name, toolchain.digest, userland.digest, images_among(toolchain.files)
    )


def rules():
    return collect_rules()
