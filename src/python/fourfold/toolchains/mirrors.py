"""Finds the Debian mirrors of this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pants.engine.env_vars import EnvironmentVarsRequest
from pants.engine.process import Process, ProcessCacheScope
from pants.util.logging import LogLevel

from fourfold.engine import (
    collect_rules,
    environment_vars_subset,
    execute_process,
    implicitly,
    rule,
)
from fourfold.toolchains.subsystem import ToolchainsSubsystem

_INDEX = re.compile(r"^'([a-z]+:[^']*?/)dists/")


@dataclass(frozen=True)
class MirrorRoots:
    """URLs that end with a slash; empty where apt has none and the option is not set."""

    urls: tuple[str, ...]


def roots_in(print_uris: str) -> tuple[str, ...]:
    """The archive roots in the output of `apt-get --print-uris update`, in order, each once."""
    found = [m.group(1) for line in print_uris.splitlines() for m in [_INDEX.match(line)] if m]
    return tuple(dict.fromkeys(found))


@rule(desc="Ask apt for its mirrors", level=LogLevel.DEBUG)
async def find_mirrors(toolchains: ToolchainsSubsystem) -> MirrorRoots:
    if toolchains.mirrors:
        return MirrorRoots(tuple(u.rstrip("/") + "/" for u in toolchains.mirrors))
    env = await environment_vars_subset(EnvironmentVarsRequest(["PATH"]), **implicitly())
    # This only prints: nothing is downloaded and no state is changed.
    result = await execute_process(
        Process(
            ["/usr/bin/env", "apt-get", "--print-uris", "update"],
            env=env,
            description="Ask apt for its mirrors",
            level=LogLevel.DEBUG,
            cache_scope=ProcessCacheScope.PER_RESTART_SUCCESSFUL,
        ),
        **implicitly(),
    )
    return MirrorRoots(roots_in(result.stdout.decode(errors="replace")))


def rules():
    return collect_rules()
