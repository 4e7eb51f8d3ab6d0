"""`generate-lockfiles` for toolchains."""

from __future__ import annotations

import logging
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
from pants.engine.fs import CreateDigest, FileContent, PathGlobs
from pants.engine.unions import UnionMembership, UnionRule

from fourfold.engine import (
    EnvironmentName,
    collect_rules,
    create_digest,
    implicitly,
    path_globs_to_digest,
    rule,
)
from fourfold.toolchains.files import ToolchainName, load_definition
from fourfold.toolchains.kinds import LockKind, lock_kind
from fourfold.toolchains.lock import InvalidToolchainFile, Lock, format_lock
from fourfold.toolchains.subsystem import ToolchainsSubsystem, regenerate_command

logger = logging.getLogger(__name__)


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


async def _lock(
    name: str, union_membership: UnionMembership, environment: EnvironmentName
) -> tuple[Lock, str]:
    """The lock, and the path of the definition."""
    loaded = await load_definition(ToolchainName(name), **implicitly())
    kinds = {kind.kind: kind for kind in union_membership.get(LockKind)}
    if loaded.kind not in kinds:
        raise InvalidToolchainFile(
            f"`{name}` ({loaded.path}) is a folder of each machine: there is nothing to lock."
        )
    chosen = kinds[loaded.kind](loaded)
    made = await lock_kind(**implicitly({chosen: LockKind, environment: EnvironmentName}))
    return made.lock, loaded.path


@rule(desc="Lock toolchain")
async def generate_toolchain_lock(
    request: GenerateToolchainLock,
    goal: GenerateLockfilesSubsystem,
    union_membership: UnionMembership,
    environment: EnvironmentName,
) -> GenerateLockfileResult:
    name, path = request.resolve_name, request.lockfile_dest
    try:
        lock, definition = await _lock(name, union_membership, environment)
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
