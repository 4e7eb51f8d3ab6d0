"""Locks a toolchain of Debian packages, with an apt state of its own for the named suite."""

from __future__ import annotations

import sys

from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.process import Process, ProcessCacheScope
from pants.engine.unions import UnionRule

from fourfold.engine import (
    collect_rules,
    environment_vars_subset,
    execute_process,
    implicitly,
    rule,
)
from fourfold.toolchains.files import script_digest
from fourfold.toolchains.kinds import KindLock, LockKind
from fourfold.toolchains.lock import (
    BASE_GROUP,
    DEBIAN,
    Archive,
    Definition,
    InvalidToolchainFile,
    Lock,
)
from fourfold.toolchains.mirrors import MirrorRoots

_SCRIPT = "lock_debian.py"


class LockDebian(LockKind):
    kind = DEBIAN


def group_of_package(definition: Definition) -> dict[str, str]:
    """Package name -> group; a package named twice belongs to the first group."""
    groups = {package: BASE_GROUP for package in definition.packages}
    for name, library in definition.libraries.items():
        for package in library.packages:
            groups.setdefault(package, name)
    return groups


def archives_from(rows: str, groups: dict[str, str]) -> tuple[Archive, ...]:
    archives = []
    for row in rows.splitlines():
        package, version, path, size, sha256 = row.split("|")
        archives.append(Archive(groups[package], package, version, path, int(size), sha256))
    return tuple(archives)


@rule(desc="Lock a toolchain of packages")
async def lock_debian(request: LockDebian, mirrors: MirrorRoots) -> KindLock:
    name, definition = request.loaded.name, request.loaded.definition
    groups = group_of_package(definition)
    digest = await script_digest(_SCRIPT)
    env = await environment_vars_subset(EnvironmentVarsRequest(["PATH"]), **implicitly())
    failures = ["this machine's apt names no mirror; set `[toolchains].mirrors`"]
    for root in mirrors.urls:
        result = await execute_process(
            Process(
                argv=(sys.executable, "-I", _SCRIPT, root, definition.suite, *sorted(groups)),
                env=env,
                input_digest=digest,
                description=f"Lock {name} from suite {definition.suite}",
                cache_scope=ProcessCacheScope.PER_SESSION,
            ),
            **implicitly(),
        )
        if result.exit_code == 0:
            archives = archives_from(result.stdout.decode(), groups)
            return KindLock(Lock(definition.suite, archives))
        failures.append(result.stderr.decode().strip())
    raise InvalidToolchainFile(f"Could not lock `{name}` ({request.loaded.path}): {failures[-1]}")


def rules():
    return [*collect_rules(), UnionRule(LockKind, LockDebian)]
