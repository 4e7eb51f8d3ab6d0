"""A toolchain by its name: what a lock is made of is one of several kinds, members of a union.

A kind reads its definition, makes its lock, and brings in the tree: see unpack.py (Debian's
archives), upstream.py (a release's archive, a folder of the machine) and wheel.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pants.engine.fs import Digest
from pants.engine.unions import UnionMembership, union

from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    determine_local_environment,
    implicitly,
    rule,
)
from fourfold.toolchains.files import LoadedDefinition, ToolchainName, load_definition
from fourfold.toolchains.lock import Lock
from fourfold.toolchains.subsystem import ToolchainsSubsystem


@dataclass(frozen=True)
class ToolchainRequest:
    """`libraries` are names in the toolchain's definition; what they need is added.

    `like` is the name of a definition that a `name` which is no key of `[toolchains].locks` looks
    like: `system` (what is on PATH), the absolute path of a folder, or an elan toolchain.
    """

    name: str
    libraries: tuple[str, ...] = ()
    like: str = ""


@dataclass(frozen=True)
class FallibleToolchain:
    """`digest` holds the unpacked tree (`usr/...`); without one, `reason` says why."""

    name: str
    digest: Digest | None
    files: tuple[str, ...] = ()
    reason: str = ""

    def __hash__(self) -> int:
        return hash((self.name, self.digest, self.reason))


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class SetUpKind:
    """Asks the kind of a definition for the tree."""

    request: ToolchainRequest
    loaded: LoadedDefinition

    kind: ClassVar[str]


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class LockKind:
    """Asks the kind of a definition for its lock: what can be had now, by hash."""

    loaded: LoadedDefinition

    kind: ClassVar[str]


@dataclass(frozen=True)
class KindToolchain:
    """What a kind brought in: a type of its own, since the whole toolchain asks for it."""

    found: FallibleToolchain


@dataclass(frozen=True)
class KindLock:
    lock: Lock


@rule(polymorphic=True)
async def set_up_kind(request: SetUpKind, environment: EnvironmentName) -> KindToolchain:
    """The tree, brought in by one kind."""
    raise NotImplementedError()


@rule(polymorphic=True)
async def lock_kind(request: LockKind, environment: EnvironmentName) -> KindLock:
    """The lock, made by one kind."""
    raise NotImplementedError()


@rule(desc="Set up toolchain")
async def set_up_toolchain(
    request: ToolchainRequest, toolchains: ToolchainsSubsystem, union_membership: UnionMembership
) -> FallibleToolchain:
    name = request.name if request.name in toolchains.locks else request.like or request.name
    loaded = await load_definition(ToolchainName(name), **implicitly())
    kinds = {kind.kind: kind for kind in union_membership.get(SetUpKind)}
    chosen = kinds[loaded.kind](request, loaded)
    # Only this machine is known to reach a mirror, and a worker would drop the tree: unpack.py.
    local = await determine_local_environment(**implicitly())
    made = await set_up_kind(**implicitly({chosen: SetUpKind, local.val: EnvironmentName}))
    return made.found


def rules():
    return collect_rules()
