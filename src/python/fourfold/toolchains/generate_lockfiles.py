"""`generate-lockfiles` for toolchains."""

from __future__ import annotations

import pkgutil
import sys
from dataclasses import dataclass

from pants.core.goals.generate_lockfiles import (
    GenerateLockfile,
    GenerateLockfileResult,
    KnownUserResolveNames,
    KnownUserResolveNamesRequest,
    RequestedUserResolveNames,
    UserGenerateLockfiles,
)
from pants.engine.env_vars import EnvironmentVars, EnvironmentVarsRequest
from pants.engine.fs import CreateDigest, Digest, FileContent
from pants.engine.process import FallibleProcessResult, Process, ProcessCacheScope
from pants.engine.rules import Get, collect_rules, rule
from pants.engine.unions import UnionRule

from fourfold.toolchains.files import LoadedDefinition, ToolchainName
from fourfold.toolchains.lock import (
    BASE_GROUP,
    Archive,
    Definition,
    InvalidToolchainFile,
    Lock,
    format_lock,
)
from fourfold.toolchains.mirrors import MirrorRoots
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command

_SCRIPT = "lock_debian.py"


@dataclass(frozen=True)
class GenerateToolchainLock(GenerateLockfile):
    pass


class RequestedToolchainNames(RequestedUserResolveNames):
    pass


class KnownToolchainNamesRequest(KnownUserResolveNamesRequest):
    pass


@rule
def known_toolchains(
    _: KnownToolchainNamesRequest, toolchains: ToolchainsSubsystem
) -> KnownUserResolveNames:
    return KnownUserResolveNames(
        names=tuple(sorted(toolchains.locks)),
        option_name="[toolchains].locks",
        requested_resolve_names_cls=RequestedToolchainNames,
    )


@rule
def toolchain_lock_requests(
    requested: RequestedToolchainNames, toolchains: ToolchainsSubsystem
) -> UserGenerateLockfiles:
    return UserGenerateLockfiles(
        GenerateToolchainLock(
            resolve_name=name, lockfile_dest=toolchains.lock_path(name), diff=False
        )
        for name in requested
    )


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


@rule(desc="Lock toolchain")
async def generate_toolchain_lock(
    request: GenerateToolchainLock, mirrors: MirrorRoots
) -> GenerateLockfileResult:
    name = request.resolve_name
    loaded = await Get(LoadedDefinition, ToolchainName(name))
    groups = group_of_package(loaded.definition)
    script = pkgutil.get_data("fourfold.toolchains", f"scripts/{_SCRIPT}")
    assert script is not None
    digest = await Get(Digest, CreateDigest([FileContent(_SCRIPT, script)]))
    env = await Get(EnvironmentVars, EnvironmentVarsRequest(["PATH"]))
    failures = ["this machine's apt names no mirror; set `[toolchains].mirrors`"]
    for root in mirrors.urls:
        result = await Get(
            FallibleProcessResult,
            Process(
                argv=(
                    sys.executable, "-I", _SCRIPT, root, loaded.definition.suite, *sorted(groups)
                ),
                env=env,
                input_digest=digest,
                description=f"Lock {name} from suite {loaded.definition.suite}",
                cache_scope=ProcessCacheScope.PER_SESSION,
            ),
        )
        if result.exit_code == 0:
            lock = Lock(
                loaded.definition.suite, archives_from(result.stdout.decode(), groups)
            )
            text = format_lock(
                lock, regenerate=regenerate_command(name), definition=loaded.path
            )
            written = await Get(
                Digest, CreateDigest([FileContent(request.lockfile_dest, text.encode())])
            )
            return GenerateLockfileResult(written, name, request.lockfile_dest)
        failures.append(result.stderr.decode().strip())
    raise InvalidToolchainFile(f"Could not lock `{name}` ({loaded.path}): {failures[-1]}")


def rules():
    return [
        *collect_rules(),
        UnionRule(GenerateLockfile, GenerateToolchainLock),
        UnionRule(KnownUserResolveNamesRequest, KnownToolchainNamesRequest),
        UnionRule(RequestedUserResolveNames, RequestedToolchainNames),
    ]
