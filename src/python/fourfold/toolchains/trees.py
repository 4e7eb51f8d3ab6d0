"""Brings a tree in by a process, so that its content alone is what results are keyed by.

As with packages (unpack.py), that process is cached on this machine and never uploaded.
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass

from pants.engine.fs import Digest, DigestSubset, MergeDigests, PathGlobs, RemovePrefix, Snapshot
from pants.engine.process import Process
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    digest_subset_to_digest,
    digest_to_snapshot,
    execute_process_or_raise,
    implicitly,
    merge_digests,
    rule,
)
from fourfold.toolchains.files import script_digest
from fourfold.toolchains.kinds import ToolchainRequest
from fourfold.toolchains.lock import InvalidToolchainFile

# What an error says that is a fault of this machine, and no lack of an archive.
FULL_DISK = os.strerror(errno.ENOSPC)
_IMPORT = "import_tree.py"
_TREE = "tree"
_LOCAL_ONLY = "local-only"


@dataclass(frozen=True)
class ImportedTree:
    """Without a digest, `reason` says what was looked for, where, and how to get it."""

    digest: Digest | None
    files: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class ImportRequest:
    """`digest` holds the archive; without one, `source` is a folder of this machine."""

    name: str
    source: str
    root: str
    drop: tuple[str, ...]
    digest: Digest | None = None
    fingerprint: str = ""


def refuse_libraries(request: ToolchainRequest) -> None:
    """Of a toolchain that is one tree. Raises InvalidToolchainFile."""
    if request.libraries:
        raise InvalidToolchainFile(
            f"The toolchain `{request.name}` is one archive: it has no library "
            f"`{request.libraries[0]}`."
        )


@rule(desc="Import a toolchain", level=LogLevel.DEBUG)
async def import_tree(request: ImportRequest) -> Snapshot:
    script = await script_digest(_IMPORT)
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


def rules():
    return collect_rules()
