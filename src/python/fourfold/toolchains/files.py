"""Reads toolchain locks and definitions: the repository's own, or else those that are shipped."""

from __future__ import annotations

import os
import pkgutil
from dataclasses import dataclass
from typing import Any, ClassVar, Mapping

import toml
from pants.engine.fs import CreateDigest, Digest, FileContent, PathGlobs
from pants.engine.unions import UnionMembership, union

from fourfold import VERSION
from fourfold.engine import collect_rules, create_digest, get_digest_contents, implicitly, rule
from fourfold.toolchains.lock import (
    DEBIAN,
    InvalidToolchainFile,
    Lock,
    parse_lock,
)
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command


@dataclass(frozen=True)
class ToolchainName:
    value: str


@union
class DefinitionKind:
    """Reads the definitions of one kind: what the key `kind` says, and `debian` where it is not."""

    kind: ClassVar[str]

    @staticmethod
    def parse(raw: Mapping[str, Any], origin: str) -> Any:
        """The definition. Raises InvalidToolchainFile."""
        raise NotImplementedError()


@dataclass(frozen=True)
class LoadedDefinition:
    """`definition` is of the type that its kind reads: one of lock.py."""

    name: str
    path: str
    kind: str
    definition: Any

    def __hash__(self) -> int:
        return hash((self.name, self.path))


@dataclass(frozen=True)
class LoadedLock:
    """Without a lock, `missing` says which file that is, and how to write it."""

    name: str
    lock: Lock | None
    missing: str = ""
    origin: str = ""


@dataclass(frozen=True)
class ToolchainFileRequest:
    """`path` is where a repository has its own: see ToolchainsSubsystem."""

    path: str
    only_shipped: bool = False


@dataclass(frozen=True)
class ToolchainFile:
    """`content` is None if there is neither such a file nor a shipped one of that name.

    `origin` is the path of what was read, for people.
    """

    origin: str
    content: bytes | None
    shipped: bool = False

    @property
    def text(self) -> str:
        return (self.content or b"").decode()


@rule
async def read_toolchain_file(request: ToolchainFileRequest) -> ToolchainFile:
    globs = [] if request.only_shipped else [request.path]
    contents = await get_digest_contents(**implicitly(PathGlobs(globs)))
    if contents:
        return ToolchainFile(request.path, contents[0].content)
    name = os.path.basename(request.path)
    try:
        shipped = pkgutil.get_data("fourfold.toolchains.shipped", name)
    except FileNotFoundError:
        return ToolchainFile(request.path, None)
    return ToolchainFile(f"{name}, as shipped with fourfold-pants {VERSION}", shipped, True)


async def script_digest(*names: str) -> Digest:
    """Scripts of scripts/, side by side; for use in rules."""
    found = [(name, pkgutil.get_data("fourfold.toolchains", f"scripts/{name}")) for name in names]
    assert all(content is not None for _, content in found)
    return await create_digest(CreateDigest(FileContent(n, c) for n, c in found if c))


@dataclass(frozen=True)
class LockOriginRequest:
    toolchain: str


@dataclass(frozen=True)
class LockOrigin:
    """The lock (or, of what has none, the definition) that a toolchain was made from, for people.

    Empty for what is found on the machine.
    """

    text: str
    shipped: bool = False


@rule
async def lock_origin(request: LockOriginRequest, toolchains: ToolchainsSubsystem) -> LockOrigin:
    name = request.toolchain
    if name not in toolchains.locks:
        return LockOrigin("")
    for path in (toolchains.lock_path(name), toolchains.definition_path(name)):
        file = await read_toolchain_file(ToolchainFileRequest(path))
        if file.content is not None:
            return LockOrigin(file.origin, file.shipped)
    return LockOrigin("")


def _known(name: ToolchainName, toolchains: ToolchainsSubsystem) -> None:
    if name.value not in toolchains.locks:
        raise InvalidToolchainFile(
            f"There is no toolchain `{name.value}`. The option `[toolchains].locks` has "
            f"{', '.join(sorted(toolchains.locks))}."
        )


@rule(desc="Read toolchain definition")
async def load_definition(
    name: ToolchainName, toolchains: ToolchainsSubsystem, union_membership: UnionMembership
) -> LoadedDefinition:
    _known(name, toolchains)
    path = toolchains.definition_path(name.value)
    file = await read_toolchain_file(ToolchainFileRequest(path))
    if file.content is None:
        raise InvalidToolchainFile(
            f"The toolchain `{name.value}` in `[toolchains].locks` has no definition {path}."
        )
    path = file.origin
    try:
        raw = toml.loads(file.text)
    except (toml.TomlDecodeError, UnicodeDecodeError) as e:
        raise InvalidToolchainFile(f"{path} is not valid TOML: {e}") from None
    kinds = {kind.kind: kind for kind in union_membership.get(DefinitionKind)}
    kind = str(raw.get("kind", DEBIAN))
    if kind not in kinds:
        raise InvalidToolchainFile(
            f"{path}: unknown kind `{kind}`; the kinds are {', '.join(sorted(kinds))}."
        )
    return LoadedDefinition(name.value, path, kind, kinds[kind].parse(raw, path))


@rule(desc="Read toolchain lock")
async def load_lock(name: ToolchainName, toolchains: ToolchainsSubsystem) -> LoadedLock:
    _known(name, toolchains)
    path = toolchains.lock_path(name.value)
    file = await read_toolchain_file(ToolchainFileRequest(path))
    regenerate = regenerate_command(name.value)
    if file.content is None:
        return LoadedLock(
            name.value,
            None,
            f"the toolchain `{name.value}` has no lock {path}; to write it, run `{regenerate}`",
        )
    lock = parse_lock(file.text, file.origin, regenerate)
    return LoadedLock(name.value, lock, origin=file.origin)


def rules():
    return collect_rules()
