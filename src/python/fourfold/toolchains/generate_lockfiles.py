"""`generate-lockfiles` for toolchains."""

from __future__ import annotations

import logging
import pkgutil
import sys
from dataclasses import dataclass

from pants.core.goals.generate_lockfiles import (
    GenerateLockfile,
    GenerateLockfileResult,
    GenerateLockfilesSubsystem,
    KnownUserResolveNames,
    KnownUserResolveNamesRequest,
    RequestedUserResolveNames,
    UserGenerateLockfiles,
)
from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.fs import CreateDigest, Digest, FileContent, PathGlobs
from pants.engine.process import Process, ProcessCacheScope
from pants.engine.unions import UnionRule

from fourfold.engine import (
    collect_rules,
    create_digest,
    environment_vars_subset,
    execute_process,
    implicitly,
    path_globs_to_digest,
    rule,
)
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.lock import (
    BASE_GROUP,
    Archive,
    Definition,
    InvalidToolchainFile,
    Lock,
    Upstream,
    format_lock,
)
from fourfold.toolchains.mirrors import MirrorRoots
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command

logger = logging.getLogger(__name__)

_DEBIAN = "lock_debian.py"
_UPSTREAM = "lock_upstream.py"
# What a download needs to know of the machine's network.
_NETWORK = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
]


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


async def _script(name: str) -> Digest:
    content = pkgutil.get_data("fourfold.toolchains", f"scripts/{name}")
    assert content is not None
    return await create_digest(CreateDigest([FileContent(name, content)]))


async def _lock_upstream(name: str, upstream: Upstream, path: str) -> Lock:
    env = await environment_vars_subset(EnvironmentVarsRequest(_NETWORK), **implicitly())
    script = await _script(_UPSTREAM)
    result = await execute_process(
        Process(
            argv=(sys.executable, "-I", _UPSTREAM, upstream.url),
            env=env,
            input_digest=script,
            description=f"Lock {name} from {upstream.url}",
            cache_scope=ProcessCacheScope.PER_SESSION,
        ),
        **implicitly(),
    )
    if result.exit_code != 0:
        said = result.stderr.decode(errors="replace").strip()
        raise InvalidToolchainFile(f"Could not lock `{name}` ({path}): {said}")
    size, sha256 = result.stdout.decode().split()
    archive = Archive(
        BASE_GROUP, upstream.program, upstream.version, upstream.url, int(size), sha256
    )
    return Lock("upstream", (archive,))


async def _lock_debian(name: str, definition: Definition, path: str, mirrors: MirrorRoots) -> Lock:
    groups = group_of_package(definition)
    digest = await _script(_DEBIAN)
    env = await environment_vars_subset(EnvironmentVarsRequest(["PATH"]), **implicitly())
    failures = ["this machine's apt names no mirror; set `[toolchains].mirrors`"]
    for root in mirrors.urls:
        result = await execute_process(
            Process(
                argv=(sys.executable, "-I", _DEBIAN, root, definition.suite, *sorted(groups)),
                env=env,
                input_digest=digest,
                description=f"Lock {name} from suite {definition.suite}",
                cache_scope=ProcessCacheScope.PER_SESSION,
            ),
            **implicitly(),
        )
        if result.exit_code == 0:
            return Lock(definition.suite, archives_from(result.stdout.decode(), groups))
        failures.append(result.stderr.decode().strip())
    raise InvalidToolchainFile(f"Could not lock `{name}` ({path}): {failures[-1]}")


async def _lock(name: str, mirrors: MirrorRoots) -> tuple[Lock, str]:
    """The lock, and the path of the definition."""
    loaded = await load_definition(ToolchainName(name), **implicitly())
    if isinstance(loaded.definition, Upstream):
        return await _lock_upstream(name, loaded.definition, loaded.path), loaded.path
    return await _lock_debian(name, loaded.definition, loaded.path, mirrors), loaded.path


@rule(desc="Lock toolchain")
async def generate_toolchain_lock(
    request: GenerateToolchainLock, mirrors: MirrorRoots, goal: GenerateLockfilesSubsystem
) -> GenerateLockfileResult:
    name, path = request.resolve_name, request.lockfile_dest
    try:
        lock, definition = await _lock(name, mirrors)
    except InvalidToolchainFile as e:
        if len(goal.resolve or ()) == 1:
            raise
        # An exception would lose the locks that could be made beside this one.
        logger.error(f"{e} {path} is left as it was.")
        unchanged = await path_globs_to_digest(PathGlobs([path]))
        return GenerateLockfileResult(unchanged, name, f"{path}: no, it is left as it was")
    text = format_lock(lock, regenerate=regenerate_command(name), definition=definition)
    written = await create_digest(CreateDigest([FileContent(path, text.encode())]))
    return GenerateLockfileResult(written, name, path)


def rules():
    return [
        *collect_rules(),
        UnionRule(GenerateLockfile, GenerateToolchainLock),
        UnionRule(KnownUserResolveNamesRequest, KnownToolchainNamesRequest),
        UnionRule(RequestedUserResolveNames, RequestedToolchainNames),
    ]
