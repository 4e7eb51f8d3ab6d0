"""A toolchain that is installed on this machine: a folder, by what it looks like."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any, Mapping

from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.process import Process, ProcessCacheScope
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    environment_vars_subset,
    execute_process,
    implicitly,
    rule,
)
from fourfold.toolchains.files import DefinitionKind, script_digest
from fourfold.toolchains.kinds import FallibleToolchain, KindToolchain, SetUpKind
from fourfold.toolchains.lock import Folder, parse_folder
from fourfold.toolchains.subsystem import ToolchainsSubsystem
from fourfold.toolchains.trees import ImportedTree, ImportRequest, import_tree, refuse_libraries

FOLDER = "folder"
SYSTEM = "system"
_FIND = "find_folder.py"


@dataclass(frozen=True)
class InstalledRequest:
    name: str
    places: tuple[str, ...]
    folder: Folder


@dataclass(frozen=True)
class _Installed(ImportedTree):
    pass


class ReadFolder(DefinitionKind):
    kind = FOLDER

    @staticmethod
    def parse(raw: Mapping[str, Any], origin: str) -> Folder:
        return parse_folder(raw, origin)


class SetUpFolder(SetUpKind):
    kind = FOLDER


@rule(desc="Look for an installed toolchain", level=LogLevel.DEBUG)
async def import_installed(request: InstalledRequest) -> _Installed:
    asked = {"places": list(request.places), "has": list(request.folder.has)}
    env = await environment_vars_subset(
        EnvironmentVarsRequest(["PATH", "HOME", "ELAN_HOME"]), **implicitly()
    )
    script = await script_digest(_FIND)
    result = await execute_process(
        Process(
            argv=(sys.executable, "-I", _FIND, json.dumps(asked, sort_keys=True)),
            env=env,
            input_digest=script,
            description=f"Look for {request.name} on this machine",
            level=LogLevel.DEBUG,
            # A fact about this machine, which anybody can change at any time.
            cache_scope=ProcessCacheScope.PER_SESSION,
        ),
        **implicitly(),
    )
    if result.exit_code != 0:
        return _Installed(None, reason=result.stderr.decode(errors="replace").strip())
    found = json.loads(result.stdout)
    if not found["folder"]:
        looked = "; ".join(found["looked"])
        has = " and ".join(request.folder.has)
        return _Installed(None, reason=f"not on this machine (a folder with {has}): {looked}")
    tree = await import_tree(
        ImportRequest(
            request.name,
            found["folder"],
            "",
            request.folder.drop,
            fingerprint=found["fingerprint"],
        )
    )
    return _Installed(tree.digest, tree.files)


def places_of(name: str, like: str, folder: Folder, homes: dict[str, str]) -> tuple[str, ...]:
    """Where this machine may have the toolchain that a target or an option calls `name`."""
    if name in homes:
        return (homes[name],)
    if name == like:
        return folder.installed
    if name == SYSTEM:
        return (f"path:{folder.program}",)
    return (name,) if os.path.isabs(name) else (f"elan:{name}",)


def how_to_install(name: str) -> str:
    return (
        "To get it, install it in one of those places, or name its folder with "
        f"--toolchains-homes=\"{{'{name}': '/its/folder'}}\""
    )


@rule(desc="Set up an installed toolchain")
async def set_up_folder(request: SetUpFolder, toolchains: ToolchainsSubsystem) -> KindToolchain:
    asked, folder = request.request, request.loaded.definition
    refuse_libraries(asked)
    places = places_of(asked.name, request.loaded.name, folder, toolchains.homes)
    found = await import_installed(InstalledRequest(asked.name, places, folder), **implicitly())
    reason = (
        f"The toolchain `{asked.name}` cannot be had: {found.reason}. {how_to_install(asked.name)}."
    )
    return KindToolchain(
        FallibleToolchain(asked.name, found.digest, found.files, "" if found.digest else reason)
    )


def rules():
    return [
        *collect_rules(),
        UnionRule(DefinitionKind, ReadFolder),
        UnionRule(SetUpKind, SetUpFolder),
    ]
