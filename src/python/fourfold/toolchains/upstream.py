"""A toolchain as its makers release it: an archive by hash, or the same tree installed here."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Mapping

from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.fs import DownloadFile, FileDigest
from pants.engine.process import Process, ProcessCacheScope
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    download_file,
    environment_vars_subset,
    execute_process,
    implicitly,
    rule,
)
from fourfold.toolchains.files import DefinitionKind, ToolchainName, load_lock, script_digest
from fourfold.toolchains.folder import (
    InstalledRequest,
    how_to_install,
    import_installed,
    places_of,
)
from fourfold.toolchains.kinds import (
    FallibleToolchain,
    KindLock,
    KindToolchain,
    LockKind,
    SetUpKind,
)
from fourfold.toolchains.lock import (
    BASE_GROUP,
    Archive,
    InvalidToolchainFile,
    Lock,
    Upstream,
    parse_upstream,
)
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command
from fourfold.toolchains.trees import (
    FULL_DISK,
    ImportedTree,
    ImportRequest,
    import_tree,
    refuse_libraries,
)

UPSTREAM = "upstream"
_LOCK = "lock_upstream.py"
# What a download needs to know of the machine's network.
NETWORK = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


@dataclass(frozen=True)
class _ReleaseRequest:
    name: str
    upstream: Upstream


@dataclass(frozen=True)
class _Release(ImportedTree):
    pass


class ReadUpstream(DefinitionKind):
    kind = UPSTREAM

    @staticmethod
    def parse(raw: Mapping[str, Any], origin: str) -> Upstream:
        return parse_upstream(raw, origin)


class SetUpUpstream(SetUpKind):
    kind = UPSTREAM


class LockUpstream(LockKind):
    kind = UPSTREAM


@rule(desc="Download a release", level=LogLevel.DEBUG)
async def import_release(request: _ReleaseRequest) -> _Release:
    loaded = await load_lock(ToolchainName(request.name), **implicitly())
    if loaded.lock is None:
        return _Release(None, reason=loaded.missing)
    upstream, archive = request.upstream, loaded.lock.archives[0]
    if (archive.version, archive.path) != (upstream.version, upstream.url):
        raise InvalidToolchainFile(
            f"The lock of `{request.name}` is for {archive.path}, and its definition names "
            f"{upstream.url}. Run `{regenerate_command(request.name)}`."
        )
    try:
        downloaded = await download_file(
            DownloadFile(archive.path, FileDigest(archive.sha256, archive.size)), **implicitly()
        )
    except Exception as e:
        if FULL_DISK in str(e):
            raise
        said = str(e).strip().splitlines()[-1]
        why = f"{archive.path} was not served with the locked content: {said}"
        return _Release(None, reason=why)
    tree = await import_tree(
        ImportRequest(request.name, upstream.file_name, upstream.root, upstream.drop, downloaded)
    )
    return _Release(tree.digest, tree.files)


@rule(desc="Set up a released toolchain")
async def set_up_upstream(request: SetUpUpstream, toolchains: ToolchainsSubsystem) -> KindToolchain:
    asked, like, upstream = request.request, request.loaded.name, request.loaded.definition
    refuse_libraries(asked)
    reasons = []
    found: ImportedTree
    if asked.name == like and asked.name not in toolchains.homes:
        found = await import_release(_ReleaseRequest(asked.name, upstream))
        if found.digest is not None:
            return KindToolchain(FallibleToolchain(asked.name, found.digest, found.files))
        reasons.append(found.reason)
    places = places_of(asked.name, like, upstream, toolchains.homes)
    if places:
        found = await import_installed(
            InstalledRequest(asked.name, places, upstream), **implicitly()
        )
        if found.digest is not None:
            return KindToolchain(FallibleToolchain(asked.name, found.digest, found.files))
        reasons.append(found.reason)
    reason = (
        f"The toolchain `{asked.name}` cannot be had: {'; '.join(reasons)}. "
        f"{how_to_install(asked.name)}, or, where the network reaches {upstream.url}, run "
        f"`{regenerate_command(like)}`."
    )
    return KindToolchain(FallibleToolchain(asked.name, None, reason=reason))


@rule(desc="Lock a released toolchain")
async def lock_upstream(request: LockUpstream) -> KindLock:
    name, upstream = request.loaded.name, request.loaded.definition
    env = await environment_vars_subset(EnvironmentVarsRequest(NETWORK), **implicitly())
    script = await script_digest(_LOCK)
    result = await execute_process(
        Process(
            argv=(sys.executable, "-I", _LOCK, upstream.url),
            env=env,
            input_digest=script,
            description=f"Lock {name} from {upstream.url}",
            cache_scope=ProcessCacheScope.PER_SESSION,
        ),
        **implicitly(),
    )
    if result.exit_code != 0:
        said = result.stderr.decode(errors="replace").strip()
        raise InvalidToolchainFile(f"Could not lock `{name}` ({request.loaded.path}): {said}")
    size, sha256 = result.stdout.decode().split()
    archive = Archive(
        BASE_GROUP, upstream.program, upstream.version, upstream.url, int(size), sha256
    )
    return KindLock(Lock(UPSTREAM, (archive,)))


def rules():
    return [
        *collect_rules(),
        UnionRule(DefinitionKind, ReadUpstream),
        UnionRule(SetUpKind, SetUpUpstream),
        UnionRule(LockKind, LockUpstream),
    ]
