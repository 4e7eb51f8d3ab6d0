"""What keeps a user's processes from the one that judges them: its memory, and its end.

On Linux only; elsewhere these do nothing.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_SET_DUMPABLE, _DROP_FROM_BOUNDING_SET, _SET_CHILD_SUBREAPER = 4, 24, 36  # of prctl(2)
_CAPABILITIES_3 = 0x20080522  # the version of capset(2)'s structures
_TRACE = 19  # CAP_SYS_PTRACE


def guard_memory() -> None:
    """No other process of this user may trace this one, its forks, or write into its memory.

    It still may with the capability to trace, which `give_up_tracing` drops.
    """
    _prctl(_SET_DUMPABLE, 0)


def give_up_tracing() -> None:
    """Neither this process nor what it starts may trace others, also if it is root's."""
    if sys.platform != "linux":
        return
    _prctl(_DROP_FROM_BOUNDING_SET, _TRACE)
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice 32 bits
    if libc.capget(header, held) == 0:
        for at in range(3):
            held[at] &= ~(1 << _TRACE)
        libc.capset(header, held)


def adopt_orphans() -> None:
    """What a fork of this process leaves behind becomes a child of this process."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def children() -> set[int]:
    """The processes whose parent is this one."""
    found, own = set(), str(os.getpid())
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name before the last parenthesis may hold anything.
            parent = status.read_text(errors="replace").rpartition(")")[2].split()[1]
        except (OSError, IndexError):  # it has ended
            continue
        if parent == own:
            found.add(int(status.parent.name))
    return found


def end_children(but: set[int]) -> None:
    """End all children, and theirs, except for `but`. An open pool would hold this process's
    standard error open, and who waits for that would wait forever.
    """
    kept = set(but)
    while found := children() - kept:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (PermissionError, ChildProcessError):
                kept.add(pid)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
