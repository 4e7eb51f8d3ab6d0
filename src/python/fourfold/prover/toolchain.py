"""A toolchain as a prover sees it: found, and laid out as its compile needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Protocol, Type, TypeVar

from pants.engine.fs import Digest
from pants.engine.target import Target
from pants.engine.unions import UnionRule, union
from pants.util.frozendict import FrozenDict
from pants.util.memo import memoized, memoized_property

from fourfold.engine import EnvironmentName, collect_rules, concurrently, implicitly, rule
from fourfold.prover.target_types import LibrariesField, ToolchainField
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.kinds import ToolchainRequest, set_up_toolchain
from fourfold.toolchains.lock import Definition

_Request = TypeVar("_Request", bound="SetUpRequest")


class UnfitToolchain(Exception):
    """What a toolchain lacks that its prover cannot do without."""


class _Options(Protocol):
    @property
    def default_toolchain(self) -> str: ...


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class SetUpRequest:
    """Each prover has a member of its own; `libraries` are those that a target selects."""

    name: str
    libraries: tuple[str, ...] = ()

    @classmethod
    def of(cls: Type[_Request], target: Target, options: _Options) -> _Request:
        """For the toolchain that a target is judged with."""
        name = target[ToolchainField].value or options.default_toolchain
        return cls(name, target[LibrariesField].value or ())


@dataclass(frozen=True)
class ProverToolchain:
    """With a `digest` there is a `layout`, of the prover's own kind; without, there is a `reason`.

    `system` is what its programs take from an ordinary Linux, and `version` its own account of
    itself, where the prover asks. `provided` is what each library of its definition has, selected
    or not: the names that their modules are below.
    """

    name: str
    digest: Digest | None
    reason: str = ""
    layout: Any = None
    system: Digest | None = None
    version: str = ""
    provided: FrozenDict[str, tuple[str, ...]] = FrozenDict()

    @memoized_property
    def names(self) -> tuple[str, ...]:
        """Of modules and of folders of modules, in all libraries that are known."""
        modules = self.layout.modules if self.layout is not None else ()
        return (*(name for names in self.provided.values() for name in names), *modules)


@rule(polymorphic=True)
async def set_up(request: SetUpRequest, environment: EnvironmentName) -> ProverToolchain:
    """One prover's own set-up of a toolchain."""
    raise NotImplementedError()


async def laid_out(
    request: SetUpRequest, layout: Callable[[str, tuple[str, ...]], Any]
) -> ProverToolchain:
    """For a prover whose `layout` is found from the name and the files of its toolchain alone."""
    toolchain, loaded = await concurrently(
        set_up_toolchain(ToolchainRequest(request.name, request.libraries), **implicitly()),
        load_definition(ToolchainName(request.name), **implicitly()),
    )
    libraries = loaded.definition.libraries if isinstance(loaded.definition, Definition) else {}
    provided = FrozenDict({name: library.provides for name, library in libraries.items()})
    if toolchain.digest is None:
        return ProverToolchain(request.name, None, toolchain.reason, provided=provided)
    try:
        found = layout(request.name, toolchain.files)
    except UnfitToolchain as error:
        return ProverToolchain(request.name, None, str(error), provided=provided)
    return ProverToolchain(request.name, toolchain.digest, layout=found, provided=provided)


@memoized
def layout_rules(
    prover: str, request_type: Type[SetUpRequest], layout: Callable[[str, tuple[str, ...]], Any]
) -> list[Any]:
    """The set-up of a prover that is found so: what `laid_out` says."""

    @rule(
        desc=f"Set up {prover}",
        canonical_name_suffix=prover,
        _param_type_overrides={"request": request_type},
    )
    async def set_up_by_files(request: SetUpRequest) -> ProverToolchain:
        return await laid_out(request, layout)

    return [*collect_rules(locals()), UnionRule(SetUpRequest, request_type)]
