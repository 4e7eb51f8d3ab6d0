"""From a lock to one digest: download each archive by hash, unpack, prune, merge.

Each archive is unpacked by a process of its own, cached on this machine and never uploaded to a
remote cache: a toolchain is cheaper to make from its archives than to move. One of the declared
output directories is a plain file, which Pants caches locally and declines to upload. It says so
in a warning, which pants.toml ignores by its wording.

That process always runs on this machine, also for a target whose environment is remote: only this
machine is known to reach a mirror, and a worker would drop the plain file and the tree with it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Mapping

from pants.engine.fs import (
    EMPTY_DIGEST,
    Digest,
    DigestSubset,
    DownloadFile,
    FileDigest,
    MergeDigests,
    PathGlobs,
    RemovePrefix,
)
from pants.engine.process import Process
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    concurrently,
    digest_subset_to_digest,
    digest_to_snapshot,
    download_file,
    execute_process_or_raise,
    implicitly,
    merge_digests,
    remove_prefix,
    rule,
)
from fourfold.toolchains.files import DefinitionKind, ToolchainName, load_lock, script_digest
from fourfold.toolchains.kinds import FallibleToolchain, KindToolchain, SetUpKind
from fourfold.toolchains.lock import (
    DEBIAN,
    Archive,
    Definition,
    InvalidToolchainFile,
    parse_debian,
)
from fourfold.toolchains.mirrors import MirrorRoots
from fourfold.toolchains.subsystem import regenerate_command
from fourfold.toolchains.upstream import FULL_DISK

_SCRIPT = "unpack_deb.py"
_TREE = "tree"
_LOCAL_ONLY = "local-only"
REMOTE_UNPACKING = (
    "A toolchain was unpacked into nothing. With `remote_execution` on and no name in "
    "`[environments-preview].names`, Pants runs every process on the workers, where no toolchain "
    "can be unpacked. Name a `remote_environment` there, and set the field `environment` of the "
    "targets that workers may run: see remote_execution.md in Fourfold's documentation."
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
    script = await script_digest(_SCRIPT)
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
                input_digest=await merge_digests(MergeDigests([downloaded, script])),
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


class ReadDebian(DefinitionKind):
    kind = DEBIAN

    @staticmethod
    def parse(raw: Mapping[str, Any], origin: str) -> Definition:
        return parse_debian(raw, origin)


class SetUpDebian(SetUpKind):
    kind = DEBIAN


@rule(desc="Unpack a toolchain of packages")
async def set_up_debian(request: SetUpDebian) -> KindToolchain:
    asked, definition = request.request, request.loaded.definition
    if asked.name != request.loaded.name:
        raise InvalidToolchainFile(
            f"`{asked.name}` is no key of `[toolchains].locks`, and `{request.loaded.name}` "
            f"({request.loaded.path}) is made of packages, which are not looked for on the machine."
        )
    lock = await load_lock(ToolchainName(asked.name), **implicitly())
    if lock.lock is None:
        raise InvalidToolchainFile(f"Without a lock there is no toolchain: {lock.missing}.")
    unknown = sorted(set(asked.libraries) - set(definition.libraries))
    if unknown:
        raise InvalidToolchainFile(
            f"The toolchain `{asked.name}` has no library `{unknown[0]}`; its libraries are "
            f"{', '.join(sorted(definition.libraries))} ({request.loaded.path})."
        )
    groups = definition.closure(asked.libraries)
    try:
        unpacked = await concurrently(
            unpack_archive(
                ArchiveRequest(asked.name, lock.lock.suite, archive, definition.drop),
                **implicitly(),
            )
            for archive in lock.lock.select(groups)
        )
    except ArchiveUnavailable as e:
        rolling = f" {_ROLLING.format(asked.name)}" if definition.rolling else ""
        return KindToolchain(FallibleToolchain(asked.name, None, reason=f"{e}{rolling}"))
    snapshot = await digest_to_snapshot(**implicitly(MergeDigests(u.digest for u in unpacked)))
    return KindToolchain(FallibleToolchain(asked.name, snapshot.digest, snapshot.files))


def rules():
    return [
        *collect_rules(),
        UnionRule(DefinitionKind, ReadDebian),
        UnionRule(SetUpKind, SetUpDebian),
    ]
