"""Reads toolchain locks and definitions from the repository."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from typing import Any, ClassVar, Mapping

import toml
from pants.engine.fs import CreateDigest, Digest, FileContent, GlobMatchErrorBehavior, PathGlobs
from pants.engine.unions import UnionMembership, union

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


async def script_digest(*names: str) -> Digest:
    """Scripts of scripts/, side by side; for use in rules."""
    found = [(name, pkgutil.get_data("fourfold.toolchains", f"scripts/{name}")) for name in names]
    assert all(content is not None for _, content in found)
    return await create_digest(CreateDigest(FileContent(n, c) for n, c in found if c))


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
    contents = await get_digest_contents(
        **implicitly(
            PathGlobs(
                [path],
                glob_match_error_behavior=GlobMatchErrorBehavior.error,
                description_of_origin=f"the toolchain `{name.value}` in `[toolchains].locks`",
            )
        )
    )
    try:
        raw = toml.loads(contents[0].content.decode())
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
    contents = await get_digest_contents(**implicitly(PathGlobs([path])))
    regenerate = regenerate_command(name.value)
    if not contents:
        return LoadedLock(
            name.value,
            None,
            f"the toolchain `{name.value}` has no lock {path}; to write it, run `{regenerate}`",
        )
    return LoadedLock(name.value, parse_lock(contents[0].content.decode(), path, regenerate))


def rules():
    return collect_rules()
