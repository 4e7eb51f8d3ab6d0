"""Makes each toolchain's files a target, so that `--changed-since` selects what they affect.

These are its lock, its definition, and the list of its kernel's known holes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pants.build_graph.address import Address
from pants.engine.internals.synthetic_targets import (
    SyntheticAddressMaps,
    SyntheticTargetsRequest,
)
from pants.engine.internals.target_adaptor import TargetAdaptor
from pants.engine.unions import UnionRule

from fourfold.engine import collect_rules, rule
from fourfold.toolchains.subsystem import ToolchainsSubsystem


@dataclass(frozen=True)
class ToolchainLockTargets(SyntheticTargetsRequest):
    path: str = SyntheticTargetsRequest.SINGLE_REQUEST_FOR_ALL_TARGETS


def lock_address(name: str, toolchains: ToolchainsSubsystem) -> Address:
    return Address(os.path.dirname(toolchains.lock_path(name)), target_name=f"_{name}_lock")


def _stem(lock_path: str) -> str:
    return os.path.splitext(os.path.basename(lock_path))[0]


@rule
def toolchain_lock_targets(
    request: ToolchainLockTargets, toolchains: ToolchainsSubsystem
) -> SyntheticAddressMaps:
    return SyntheticAddressMaps.for_targets_request(
        request,
        [
            (
                os.path.join(os.path.dirname(path), "BUILD.toolchain-locks"),
                tuple(
                    TargetAdaptor(
                        "_lockfiles",
                        name=lock_address(name, toolchains).target_name,
                        sources=[f"{_stem(toolchains.lock_path(name))}.*"],
                        __description_of_origin__=f"the toolchain {name!r} in [toolchains].locks",
                    )
                    for name in sorted(toolchains.locks)
                    if os.path.dirname(toolchains.lock_path(name)) == folder
                ),
            )
            for folder in sorted({lock_address(n, toolchains).spec_path for n in toolchains.locks})
            for path in [f"{folder}/_"]
        ],
    )


def rules():
    return [*collect_rules(), UnionRule(SyntheticTargetsRequest, ToolchainLockTargets)]
