"""The published holes of a toolchain's kernel, listed beside its lock.

A verdict cannot be better than the kernel that gave it. What is known to get past that kernel is
data, `<toolchain>.holes.toml`, so that a report can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

import toml
from pants.util.logging import LogLevel

from fourfold.engine import collect_rules, implicitly, rule
from fourfold.toolchains.files import (
    LockOriginRequest,
    ToolchainFileRequest,
    lock_origin,
    read_toolchain_file,
)
from fourfold.toolchains.lock import InvalidToolchainFile
from fourfold.toolchains.subsystem import ToolchainsSubsystem

# `needs` is what a proof must use; `here` is what `test` says of it; the last in words.
# `found_by`, which may be absent, is the rule of the independent check that refuses it.
_KEYS = ("id", "what", "needs", "fixed_in", "here", "described_in")


@dataclass(frozen=True)
class Hole:
    id: str
    what: str
    needs: str
    fixed_in: str
    here: str
    described_in: str
    found_by: str = ""


@dataclass(frozen=True)
class KernelHoles:
    """`version` is the prover's, which the list was made for."""

    version: str = ""
    holes: tuple[Hole, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(hole.id for hole in self.holes)

    def found_by(self, rule: str) -> tuple[str, ...]:
        """The ids of those that a rule of the independent check refuses."""
        return tuple(hole.id for hole in self.holes if rule in hole.found_by.split(", "))

    @property
    def left_open(self) -> tuple[str, ...]:
        """The ids of those that no rule of the independent check refuses."""
        return tuple(hole.id for hole in self.holes if not hole.found_by)


def parse_holes(raw: Mapping[str, Any], origin: str) -> KernelHoles:
    """Each entry must be complete: an InvalidToolchainFile says which is not."""
    if set(raw) != {"version", "hole"} or not isinstance(raw["hole"], list):
        raise InvalidToolchainFile(f"{origin}: expected `version`, and `[[hole]]` for each hole.")
    holes = []
    for number, entry in enumerate(raw["hole"], 1):
        named = entry.get("id", f"number {number}")
        wrong = sorted((set(entry) - {"found_by"}) ^ set(_KEYS)) or [
            k for k in entry if not isinstance(entry[k], str) or not entry[k].strip()
        ]
        if wrong:
            raise InvalidToolchainFile(
                f"{origin}: the hole {named} must have the texts {', '.join(_KEYS)}, and no "
                f"other but `found_by`; see `{wrong[0]}`."
            )
        holes.append(Hole(**entry))
    twice = {h.id for h in holes if [o.id for o in holes].count(h.id) > 1}
    if twice:
        raise InvalidToolchainFile(f"{origin}: the hole {sorted(twice)[0]} is there twice.")
    return KernelHoles(str(raw["version"]), tuple(holes))


@dataclass(frozen=True)
class KernelHolesRequest:
    toolchain: str


@rule(desc="Read the known holes of a kernel", level=LogLevel.DEBUG)
async def kernel_holes(request: KernelHolesRequest, toolchains: ToolchainsSubsystem) -> KernelHoles:
    """None are known of a toolchain without a list, such as one that is found on the machine.

    A repository's own list is of its own lock: beside a shipped lock it would hide holes.
    """
    if request.toolchain not in toolchains.locks:
        return KernelHoles()
    lock = await lock_origin(LockOriginRequest(request.toolchain), **implicitly())
    path = toolchains.holes_path(request.toolchain)
    file = await read_toolchain_file(ToolchainFileRequest(path, lock.shipped))
    if file.content is None:
        return KernelHoles()
    path = file.origin
    try:
        return parse_holes(toml.loads(file.text), path)
    except (toml.TomlDecodeError, UnicodeDecodeError) as error:
        raise InvalidToolchainFile(f"{path} is not valid TOML: {error}") from error


def rules():
    return collect_rules()
