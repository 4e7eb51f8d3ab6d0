"""Reads toolchain locks and definitions from the repository."""

from __future__ import annotations

from dataclasses import dataclass

import toml
from pants.engine.fs import GlobMatchErrorBehavior, PathGlobs

from fourfold.engine import collect_rules, get_digest_contents, implicitly, rule
from fourfold.toolchains.lock import (
    Definition,
    InvalidToolchainFile,
    Lock,
    Upstream,
    parse_definition,
    parse_lock,
)
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command


@dataclass(frozen=True)
class ToolchainName:
    value: str


@dataclass(frozen=True)
class LoadedDefinition:
    name: str
    path: str
    definition: Definition | Upstream

    def __hash__(self) -> int:
        return hash((self.name, self.path))


@dataclass(frozen=True)
class LoadedLock:
    """Without a lock, `missing` says which file that is, and how to write it."""

    name: str
    lock: Lock | None
    missing: str = ""


def _known(name: ToolchainName, toolchains: ToolchainsSubsystem) -> None:
    if name.value not in toolchains.locks:
        raise InvalidToolchainFile(
            f"There is no toolchain `{name.value}`. The option `[toolchains].locks` has "
            f"{', '.join(sorted(toolchains.locks))}."
        )


@rule(desc="Read toolchain definition")
async def load_definition(name: ToolchainName, toolchains: ToolchainsSubsystem) -> LoadedDefinition:
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
    return LoadedDefinition(name.value, path, parse_definition(raw, path))


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
