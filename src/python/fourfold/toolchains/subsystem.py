from __future__ import annotations

import os
from pathlib import Path

from pants.base.build_environment import get_buildroot
from pants.option.option_types import (
    BoolOption,
    DictOption,
    MemorySizeOption,
    StrListOption,
)
from pants.option.subsystem import Subsystem
from pants.util.docutil import bin_name
from pants.util.strutil import softwrap

_FOLDER = "3rdparty/toolchains"
SHIPPED_FOLDER = Path(__file__).parent / "shipped"
_SHIPPED = (
    "sandbox",
    "system-libraries",
    "userland",
    "coq-8.20",
    "coq-8.16",
    "rocq-9.2",
    "agda-2.6",
    "agda-2.8",
    "lean-4",
    "isabelle-2025",
)


class FourfoldSubsystem(Subsystem):
    options_scope = "fourfold"
    help = "How Fourfold reports what it checked."

    strict = BoolOption(
        default=False,
        help=softwrap(
            """
            Fail a test whose toolchain cannot be had on this machine, instead of skipping it with
            the reason. Meant for CI.
            """
        ),
    )
    require_isolation = BoolOption(
        default=False,
        help=softwrap(
            """
            Reach no verdict of a proof where the kernel refuses the namespaces that isolate a
            prover: the target is not-available, with what allows them. The default is to require
            it under `strict`; otherwise such verdicts are counted in the last line of a run.
            """
        ),
    )
    lacks = StrListOption(
        help=softwrap(
            """
            What this machine is known to lack, which `strict` then excuses: names of toolchains
            (`lean-4`) and of the corners that traces are recorded in (`iree-cuda`). Tests that
            need them are still reported as not-available, in the warnings and the totals.
            """
        ),
    )
    witnesses = StrListOption(
        help=softwrap(
            """
            What the verdict of a proof must have beside the kernel's word: `re-check` (the same
            kernel again, on it and all it rests on) and `independent` (a check that shares no code
            with the kernel). A verdict that lacks one is a hard-error.
            """
        ),
    )
    memory_limit = MemorySizeOption(
        default=8 * 1024**3,
        help=softwrap(
            """
            Memory that one step of a prover may take, over all its processes, such as `8GiB`. It
            is part of the cache key: keep it the same on all machines.
            """
        ),
    )

    @property
    def isolation_is_required(self) -> bool:
        chosen = not self.options.is_default("require_isolation")
        return self.require_isolation if chosen else self.strict


class ToolchainsSubsystem(Subsystem):
    options_scope = "toolchains"
    help = "Provers (and the sandbox they run in) as locked, content-addressed toolchains."

    locks = DictOption[str](
        default={name: f"{_FOLDER}/{name}.lock" for name in _SHIPPED},
        help=softwrap(
            """
            Name of each toolchain, and the path of its lock file. Beside the lock lies its
            definition, with the same name and the suffix `.toml`. Of the toolchains that Fourfold
            ships, a repository needs no file: one that is there is taken instead of the shipped
            file of the same name. To write a lock anew, run
            """
            f"`{bin_name()} generate-lockfiles --resolve=<name>`."
        ),
    )
    mirrors = StrListOption(
        help=softwrap(
            """
            Roots of Debian mirrors to download toolchains from, tried in order. By default, those
            that apt on this machine is configured with.
            """
        ),
    )

    homes = DictOption[str](
        help=softwrap(
            """
            Name of a toolchain, and the absolute path of a folder on this machine to take it from
            instead of its lock, such as an elan toolchain or an Isabelle home. Its content is
            imported, so that results are shared with machines that have the same.
            """
        ),
    )

    def lock_path(self, name: str) -> str:
        """Where the repository has its lock, or would. It is that of the shipped one where the
        plugins themselves are sources of the repository.
        """
        path = self.locks[name]
        own = name in _SHIPPED and path == f"{_FOLDER}/{name}.lock"
        return f"{_shipped_in(get_buildroot()) or _FOLDER}/{name}.lock" if own else path

    def definition_path(self, name: str) -> str:
        return os.path.splitext(self.lock_path(name))[0] + ".toml"

    def holes_path(self, name: str) -> str:
        return os.path.splitext(self.lock_path(name))[0] + ".holes.toml"


def _shipped_in(buildroot: str) -> str:
    """The folder of the shipped files, from the root of the repository, if it is below that."""
    path = os.path.relpath(SHIPPED_FOLDER, os.path.realpath(buildroot))
    return "" if path.split(os.sep)[0] == os.pardir else path


def regenerate_command(name: str) -> str:
    return f"{bin_name()} generate-lockfiles --resolve={name}"
