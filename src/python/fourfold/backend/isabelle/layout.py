"""An Isabelle, with the small Linux that it runs in, and the images it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from pants.engine.unions import UnionRule

from fourfold.engine import collect_rules, implicitly, rule
from fourfold.prover.toolchain import ProverToolchain, SetUpRequest
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain

USERLAND = "userland"
LIKE = "isabelle-2025"


class SetUpIsabelle(SetUpRequest):
    pass


@dataclass(frozen=True)
class IsabelleLayout:
    """`images` are the sessions of which the toolchain holds the image."""

    images: frozenset[str]


def images_among(files: Iterable[str]) -> frozenset[str]:
    """Sessions with an image, from paths such as `heaps/polyml-5.9.1_x86_64_32-linux/HOL`."""
    parts = (path.split("/") for path in files)
    return frozenset(p[2] for p in parts if len(p) == 3 and p[0] == "heaps")


@rule(desc="Set up Isabelle")
async def set_up_isabelle(request: SetUpIsabelle) -> ProverToolchain:
    toolchain = await set_up_toolchain(
        ToolchainRequest(request.name, request.libraries, like=LIKE), **implicitly()
    )
    if toolchain.digest is None:
        return ProverToolchain(request.name, None, toolchain.reason)
    # Only where there is an Isabelle to run in it is it downloaded.
    userland = await set_up_toolchain(ToolchainRequest(USERLAND), **implicitly())
    if userland.digest is None:
        return ProverToolchain(request.name, None, userland.reason)
    layout = IsabelleLayout(images_among(toolchain.files))
    return ProverToolchain(request.name, toolchain.digest, "", layout, userland.digest)


def rules():
    return [*collect_rules(), UnionRule(SetUpRequest, SetUpIsabelle)]
