"""From a lock to one digest: download each archive by hash, unpack, prune, merge.

Each archive is unpacked by a process of its own, cached on this machine and never uploaded to a
remote cache: a toolchain is cheaper to make from its archives than to move. One of the declared
output directories is a plain file, which Pants caches locally and declines to upload. It says so
in a warning, which pants.toml ignores by its wording.

That process always runs on this machine, also for a target whose environment is remote: only this
machine is known to reach a mirror, and a worker would drop the plain file and the tree with it.
"""

from __future__ import annotations

import pkgutil
import sys
from dataclasses import dataclass

from pants.engine.fs import (
    EMPTY_DIGEST,
    CreateDigest,
    Digest,
    DigestSubset,
    DownloadFile,
    FileContent,
    FileDigest,
    MergeDigests,
    PathGlobs,
    RemovePrefix,
)
from pants.engine.process import Process
from pants.util.logging import LogLevel

from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    concurrently,
    create_digest,
    determine_local_environment,
    digest_subset_to_digest,
    digest_to_snapshot,
    download_file,
    execute_process_or_raise,
    implicitly,
    merge_digests,
    remove_prefix,
    rule,
)
from fourfold.toolchains.files import (
    ToolchainName,
    load_definition,
    load_lock,
)
from fourfold.toolchains.lock import Archive, InvalidToolchainFile, Upstream
from fourfold.toolchains.mirrors import MirrorRoots
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command
from fourfold.toolchains.upstream import FULL_DISK, UpstreamRequest, set_up_upstream

_SCRIPT = "unpack_deb.py"
_TREE = "tree"
_LOCAL_ONLY = "local-only"
REMOTE_UNPACKING = (
    "A toolchain was unpacked into nothing. With `remote_execution` on and no name in "
    "`[environments-preview].names`, Pants runs every process on the workers, where no toolchain "
    "can be unpacked. Name a `remote_environment` there, and set the field `environment` of the "
    "targets that workers may run: docs/remote_execution.md."
)
_ROLLING = (
    "Mirrors of this suite drop old versions, so a machine that must not fail for it lists `{}` in "
    "`[fourfold].lacks`."
)


class ArchiveUnavailable(Exception):
    """An archive of a lock that no mirror serves."""


@dataclass(frozen=True)
class ArchiveRequest:
    toolchain: str
    suite: str
    archive: Archive
    drop: tuple[str, ...]


@dataclass(frozen=True)
class UnpackedArchive:
    digest: Digest


@dataclass(frozen=True)
class ToolchainRequest:
    """`libraries` are names in the toolchain's definition; what they need is added.

    `like` is the name of an upstream definition, for a `name` that is no key of
    `[toolchains].locks`: see `UpstreamRequest`.
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


@rule(desc="Download toolchain archive", level=LogLevel.DEBUG)
async def unpack_archive(request: ArchiveRequest, mirrors: MirrorRoots) -> UnpackedArchive:
    archive = request.archive
    what = f"{archive.package} {archive.version} ({request.suite})"
    if not mirrors.urls:
        raise ArchiveUnavailable(
            f"The toolchain `{request.toolchain}` needs the archive {archive.path}, and this "
            "machine's apt names no mirror. Set the option `[toolchains].mirrors` to the root of "
            "a Debian mirror."
        )
    failures = []
    downloaded = None
    for url in mirrors.urls:
        try:
            downloaded = await download_file(
                DownloadFile(url + archive.path, FileDigest(archive.sha256, archive.size)),
                **implicitly(),
            )
            break
        except Exception as e:
            if FULL_DISK in str(e):
                raise
            failures.append(str(e).strip().splitlines()[-1])
    if downloaded is None:
        raise ArchiveUnavailable(
            f"The toolchain `{request.toolchain}` needs {what}, and no mirror of this machine "
            f"served {archive.path} with the locked content: {'; '.join(failures)}. If the mirror "
            "has dropped that version, lock the present one with "
            f"`{regenerate_command(request.toolchain)}`; another mirror can be given with "
            "`[toolchains].mirrors`."
        )
    script = pkgutil.get_data("fourfold.toolchains", f"scripts/{_SCRIPT}")
    assert script is not None
    script_digest = await create_digest(CreateDigest([FileContent(_SCRIPT, script)]))
    result = await execute_process_or_raise(
        **implicitly(
            Process(
                argv=(
                    sys.executable,
                    "-I",
                    _SCRIPT,
                    archive.file_name,
                    _TREE,
                    *(f"--drop={glob}" for glob in request.drop),
                ),
                input_digest=await merge_digests(MergeDigests([downloaded, script_digest])),
                output_directories=(_TREE, _LOCAL_ONLY),
                description=f"Unpack {archive.package} for {request.toolchain}",
                level=LogLevel.DEBUG,
            )
        )
    )
    if result.output_digest == EMPTY_DIGEST:
        raise InvalidToolchainFile(REMOTE_UNPACKING)
    tree = await digest_subset_to_digest(
        DigestSubset(result.output_digest, PathGlobs([f"{_TREE}/**"]))
    )
    return UnpackedArchive(await remove_prefix(RemovePrefix(tree, _TREE)))


async def _upstream(request: ToolchainRequest, like: str) -> FallibleToolchain:
    if request.libraries:
        raise InvalidToolchainFile(
            f"The toolchain `{request.name}` is one archive: it has no library "
            f"`{request.libraries[0]}`."
        )
    local = await determine_local_environment(**implicitly())
    tree = await set_up_upstream(
        **implicitly(
            {UpstreamRequest(request.name, like): UpstreamRequest, local.val: EnvironmentName}
        )
    )
    return FallibleToolchain(request.name, tree.digest, tree.files, tree.reason)


@rule(desc="Set up toolchain")
async def set_up_toolchain(
    request: ToolchainRequest, toolchains: ToolchainsSubsystem
) -> FallibleToolchain:
    name = ToolchainName(request.name)
    if request.like and request.name not in toolchains.locks:
        return await _upstream(request, request.like)
    loaded, lock = await concurrently(
        load_definition(name, **implicitly()), load_lock(name, **implicitly())
    )
    definition = loaded.definition
    if isinstance(definition, Upstream):
        return await _upstream(request, request.name)
    if lock.lock is None:
        raise InvalidToolchainFile(f"Without a lock there is no toolchain: {lock.missing}.")
    unknown = sorted(set(request.libraries) - set(definition.libraries))
    if unknown:
        raise InvalidToolchainFile(
            f"The toolchain `{request.name}` has no library `{unknown[0]}`; its libraries are "
            f"{', '.join(sorted(definition.libraries))} ({loaded.path})."
        )
    groups = definition.closure(request.libraries)
    local = await determine_local_environment(**implicitly())
    try:
        unpacked = await concurrently(
            unpack_archive(
                **implicitly(
                    {
                        ArchiveRequest(
                            request.name, lock.lock.suite, archive, definition.drop
                        ): ArchiveRequest,
                        local.val: EnvironmentName,
                    }
                )
            )
            for archive in lock.lock.select(groups)
        )
    except ArchiveUnavailable as e:
        rolling = f" {_ROLLING.format(request.name)}" if definition.rolling else ""
        return FallibleToolchain(request.name, None, reason=f"{e}{rolling}")
    snapshot = await digest_to_snapshot(**implicitly(MergeDigests(u.digest for u in unpacked)))
    return FallibleToolchain(request.name, snapshot.digest, snapshot.files)


def rules():
    return collect_rules()
