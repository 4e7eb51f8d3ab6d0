"""A toolchain that is a wheel of a Python package index: its files, by name, version and hash.

For programs that are published no other way. pip gets the wheel, from the index that it is set up
for on this machine, and checks its hash; nothing of it is imported.
"""

from __future__ import annotations

import sys
from typing import Any, Mapping

from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.process import FallibleProcessResult, Process, ProcessCacheScope
from pants.engine.unions import UnionRule

from fourfold.engine import (
    collect_rules,
    environment_vars_subset,
    execute_process,
    implicitly,
    rule,
)
from fourfold.toolchains.files import DefinitionKind, ToolchainName, load_lock, script_digest
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
    Wheel,
    parse_wheel,
)
from fourfold.toolchains.subsystem import regenerate_command
from fourfold.toolchains.trees import FULL_DISK, ImportRequest, import_tree, refuse_libraries
from fourfold.toolchains.upstream import NETWORK

WHEEL = "wheel"
_SCRIPT = "fetch_wheel.py"
# What pip reads of the machine's settings: its index, and how to reach it.
_PIP = (
    "HOME", "PIP_CERT", "PIP_CONFIG_FILE", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS",
    "PIP_INDEX_URL", "PIP_NO_INDEX", "PIP_TRUSTED_HOST", "XDG_CONFIG_HOME",
)  # fmt: skip


class ReadWheel(DefinitionKind):
    kind = WHEEL

    @staticmethod
    def parse(raw: Mapping[str, Any], origin: str) -> Wheel:
        return parse_wheel(raw, origin)


class SetUpWheel(SetUpKind):
    kind = WHEEL


class LockWheel(LockKind):
    kind = WHEEL


async def _fetch(wheel: Wheel, *more: str, outputs: tuple[str, ...] = ()) -> FallibleProcessResult:
    env = await environment_vars_subset(EnvironmentVarsRequest((*_PIP, *NETWORK)), **implicitly())
    script = await script_digest(_SCRIPT)
    asked = (wheel.project, wheel.version, wheel.python, wheel.platform, *more)
    return await execute_process(
        Process(
            argv=(sys.executable, "-I", _SCRIPT, *asked),
            env=env,
            input_digest=script,
            output_files=outputs,
            description=f"Download the wheel {wheel.project} {wheel.version}",
            # With a hash it is one file for ever; what an index has now is a fact of the day.
            cache_scope=ProcessCacheScope.SUCCESSFUL if more else ProcessCacheScope.PER_SESSION,
        ),
        **implicitly(),
    )


def _last_line(result: FallibleProcessResult) -> str:
    return (result.stderr.decode(errors="replace").strip().splitlines() or ["no reason"])[-1]


def wrong_lock(wheel: Wheel, archive: Archive, name: str) -> str:
    """What a lock says that its definition does not, or ""."""
    if (archive.package, archive.version) == (wheel.project, wheel.version):
        return ""
    return (
        f"The lock of `{name}` is for {archive.package} {archive.version}, and its definition "
        f"names {wheel.project} {wheel.version}. Run `{regenerate_command(name)}`."
    )


@rule(desc="Set up a toolchain of a package index")
async def set_up_wheel(request: SetUpWheel) -> KindToolchain:
    name, wheel = request.request.name, request.loaded.definition
    refuse_libraries(request.request)
    lock = await load_lock(ToolchainName(request.loaded.name), **implicitly())
    if lock.lock is None:
        raise InvalidToolchainFile(f"Without a lock there is no toolchain: {lock.missing}.")
    archive = lock.lock.archives[0]
    wrong = wrong_lock(wheel, archive, name)
    if wrong:
        raise InvalidToolchainFile(wrong)
    result = await _fetch(wheel, archive.sha256, outputs=(archive.path,))
    if result.exit_code != 0:
        if FULL_DISK in result.stderr.decode(errors="replace"):
            raise InvalidToolchainFile(_last_line(result))
        reason = (
            f"The toolchain `{name}` needs the wheel {archive.path}, which the package index of "
            f"this machine's pip did not serve with the locked content: {_last_line(result)} "
            "Another index can be given with PIP_INDEX_URL; to lock what there is now, run "
            f"`{regenerate_command(name)}`."
        )
        return KindToolchain(FallibleToolchain(name, None, reason=reason))
    tree = await import_tree(
        ImportRequest(name, archive.path, "", wheel.drop, result.output_digest)
    )
    absent = [path for path in wheel.has if path not in tree.files]
    if absent:
        raise InvalidToolchainFile(
            f"The wheel {archive.path} has no {absent[0]}, which {request.loaded.path} says that "
            "it has."
        )
    return KindToolchain(FallibleToolchain(name, tree.digest, tree.files))


@rule(desc="Lock a toolchain of a package index")
async def lock_wheel(request: LockWheel) -> KindLock:
    name, wheel = request.loaded.name, request.loaded.definition
    result = await _fetch(wheel)
    if result.exit_code != 0:
        said = result.stderr.decode(errors="replace").strip()
        raise InvalidToolchainFile(f"Could not lock `{name}` ({request.loaded.path}): {said}")
    file_name, size, sha256 = result.stdout.decode().split()
    archive = Archive(BASE_GROUP, wheel.project, wheel.version, file_name, int(size), sha256)
    return KindLock(Lock("package index", (archive,)))


def rules():
    return [
        *collect_rules(),
        UnionRule(DefinitionKind, ReadWheel),
        UnionRule(SetUpKind, SetUpWheel),
        UnionRule(LockKind, LockWheel),
    ]
