from __future__ import annotations

from dataclasses import dataclass

from pants.engine.fs import Digest
from pants.engine.target import Target
from pants.util.frozendict import FrozenDict
from pants.util.memo import memoized_property

from fourfold.backend.coq.dependency_inference import toolchain_of
from fourfold.backend.coq.layout import CoqLayout, find_layout
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqToolchainField
from fourfold.engine import collect_rules, concurrently, implicitly, rule
from fourfold.prover.target_types import LibrariesField
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain
from fourfold.toolchains.lock import Definition


@dataclass(frozen=True)
class CoqToolchainRequest:
    name: str
    libraries: tuple[str, ...]


@dataclass(frozen=True)
class FallibleCoqToolchain:
    """`digest` and `layout` are there together; without them, `reason` says why.

    `provided` is what the libraries of its definition have, selected or not: the names that their
    modules are below.
    """

    name: str
    digest: Digest | None
    layout: CoqLayout | None
    reason: str = ""
    provided: FrozenDict[str, tuple[str, ...]] = FrozenDict()

    @memoized_property
    def names(self) -> tuple[str, ...]:
        """Of modules and of folders of modules, in all libraries that are known."""
        modules = self.layout.modules if self.layout is not None else ()
        return (*(name for names in self.provided.values() for name in names), *modules)


def toolchain_request(target: Target, coq: CoqSubsystem) -> CoqToolchainRequest:
    """For the toolchain that a module is checked with."""
    name = toolchain_of(target[CoqToolchainField], coq)
    return CoqToolchainRequest(name, target[LibrariesField].value or ())


@rule(desc="Set up Coq")
async def set_up_coq(request: CoqToolchainRequest) -> FallibleCoqToolchain:
    toolchain, loaded = await concurrently(
        set_up_toolchain(ToolchainRequest(request.name, request.libraries), **implicitly()),
        load_definition(ToolchainName(request.name), **implicitly()),
    )
    libraries = loaded.definition.libraries if isinstance(loaded.definition, Definition) else {}
    provided = FrozenDict({name: library.provides for name, library in libraries.items()})
    if toolchain.digest is None:
        return FallibleCoqToolchain(request.name, None, None, toolchain.reason, provided)
    layout = find_layout(request.name, toolchain.files)
    return FallibleCoqToolchain(request.name, toolchain.digest, layout, "", provided)


def rules():
    return collect_rules()
