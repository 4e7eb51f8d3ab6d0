"""Toolchains that are no Debian packages: a release archive by hash, or a folder of this machine.

Either is brought in by a process, so that its content alone is what results are keyed by. As with
packages (unpack.py), that process is cached on this machine and never uploaded.
"""

from __future__ import annotations

import errno
import json
import os
import pkgutil
import sys
from dataclasses import dataclass

from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.fs import (
    CreateDigest,
    Digest,
    DigestSubset,
    DownloadFile,
    FileContent,
    FileDigest,
    MergeDigests,
    PathGlobs,
    RemovePrefix,
    Snapshot,
)
from pants.engine.process import (
    Process,
    ProcessCacheScope,
)
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    create_digest,
    digest_subset_to_digest,
    digest_to_snapshot,
    download_file,
    environment_vars_subset,
    execute_process,
    execute_process_or_raise,
    implicitly,
    merge_digests,
    rule,
)
from fourfold.toolchains.files import (
    ToolchainName,
    load_definition,
    load_lock,
)
from fourfold.toolchains.lock import InvalidToolchainFile, Upstream
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command

SYSTEM = "system"
# What an error says that is a fault of this machine, and no lack of an archive.
FULL_DISK = os.strerror(errno.ENOSPC)
_IMPORT = "import_tree.py"
_FIND = "find_folder.py"
_TREE = "tree"
_LOCAL_ONLY = "local-only"


@dataclass(frozen=True)
class UpstreamRequest:
    """`like` names the definition that says what the tree looks like.

    `name` is that of the definition (its lock, then its places), `system` (what is on PATH), the
    absolute path of a folder, or the name of an elan toolchain.
    """

    name: str
    like: str


@dataclass(frozen=True)
class ImportedTree:
    """Without a digest, `reason` says what was looked for, where, and how to get it."""

    digest: Digest | None
    files: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class _ReleaseRequest:
    name: str
    upstream: Upstream


@dataclass(frozen=True)
class _InstalledRequest:
    name: str
    places: tuple[str, ...]
    upstream: Upstream


@dataclass(frozen=True)
class _ImportRequest:
    """`digest` holds the archive; without one, `source` is a folder of this machine."""

    name: str
    source: str
    root: str
    drop: tuple[str, ...]
    digest: Digest | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class _Release(ImportedTree):
    pass


@dataclass(frozen=True)
class _Installed(ImportedTree):
    pass


async def _script(name: str) -> Digest:
    content = pkgutil.get_data("fourfold.toolchains", f"scripts/{name}")
    assert content is not None
    return await create_digest(CreateDigest([FileContent(name, content)]))


@rule(desc="Import a toolchain", level=LogLevel.DEBUG)
async def import_tree(request: _ImportRequest) -> Snapshot:
    script = await _script(_IMPORT)
    digests = [script, *([request.digest] if request.digest else [])]
    result = await execute_process_or_raise(
        **implicitly(
            Process(
                argv=(
                    sys.executable,
                    "-I",
                    _IMPORT,
                    request.source,
                    request.root,
                    _TREE,
                    *(f"--drop={glob}" for glob in request.drop),
                ),
                # Not read by the script: it makes a folder that has changed another input.
                env={"FINGERPRINT": request.fingerprint} if request.fingerprint else {},
                input_digest=await merge_digests(MergeDigests(digests)),
                output_directories=(_TREE, _LOCAL_ONLY),
                description=f"Import {request.source} as {request.name}",
                level=LogLevel.DEBUG,
            )
        )
    )
    tree = await digest_subset_to_digest(
        DigestSubset(result.output_digest, PathGlobs([f"{_TREE}/**"]))
    )
    return await digest_to_snapshot(**implicitly(RemovePrefix(tree, _TREE)))


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
        _ImportRequest(request.name, upstream.file_name, upstream.root, upstream.drop, downloaded)
    )
    return _Release(tree.digest, tree.files)


@rule(desc="Look for an installed toolchain", level=LogLevel.DEBUG)
async def import_installed(request: _InstalledRequest) -> _Installed:
    asked = {"places": list(request.places), "has": list(request.upstream.has)}
    env = await environment_vars_subset(
        EnvironmentVarsRequest(["PATH", "HOME", "ELAN_HOME"]), **implicitly()
    )
    script = await _script(_FIND)
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
        has = " and ".join(request.upstream.has)
        return _Installed(None, reason=f"not on this machine (a folder with {has}): {looked}")
    tree = await import_tree(
        _ImportRequest(
            request.name,
            found["folder"],
            "",
            request.upstream.drop,
            fingerprint=found["fingerprint"],
        )
    )
    return _Installed(tree.digest, tree.files)


def places_of(name: str, like: str, upstream: Upstream, homes: dict[str, str]) -> tuple[str, ...]:
    """Where this machine may have the toolchain that a target or an option calls `name`."""
    if name in homes:
        return (homes[name],)
    if name == like:
        return upstream.installed
    if name == SYSTEM:
        return (f"path:{upstream.program}",)
    return (name,) if os.path.isabs(name) else (f"elan:{name}",)


@rule(desc="Set up an upstream toolchain")
async def set_up_upstream(
    request: UpstreamRequest, toolchains: ToolchainsSubsystem
) -> ImportedTree:
    loaded = await load_definition(ToolchainName(request.like), **implicitly())
    upstream = loaded.definition
    if not isinstance(upstream, Upstream):
        raise InvalidToolchainFile(
            f"`{request.name}` is no key of `[toolchains].locks`, and `{request.like}` "
            f"({loaded.path}) is made of packages, which are not looked for on the machine."
        )
    reasons = []
    if request.name == request.like and request.name not in toolchains.homes:
        release = await import_release(_ReleaseRequest(request.name, upstream))
        if release.digest is not None:
            return ImportedTree(release.digest, release.files)
        reasons.append(release.reason)
    places = places_of(request.name, request.like, upstream, toolchains.homes)
    if places:
        installed = await import_installed(_InstalledRequest(request.name, places, upstream))
        if installed.digest is not None:
            return ImportedTree(installed.digest, installed.files)
        reasons.append(installed.reason)
    return ImportedTree(
        None,
        reason=(
            f"The toolchain `{request.name}` cannot be had: {'; '.join(reasons)}. To get it, "
            f"install it in one of those places, or name its folder with "
            f"--toolchains-homes=\"{{'{request.name}': '/its/folder'}}\", or, where the network "
            f"reaches {upstream.url}, run `{regenerate_command(request.like)}`."
        ),
    )


def rules():
    return collect_rules()
