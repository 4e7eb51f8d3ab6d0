"""What one confined command may use besides time: output, memory, processes and files.

All its processes together, and all that they write, are looked at while it runs, so a limit can be
passed by what a command does between two looks. The kernel's own limits are for one process or file
each, and count memory that a prover reserves and never uses.
"""

from __future__ import annotations

import os

MIB = 1024 * 1024
GIB = 1024 * MIB

# The request may set another memory limit: `[fourfold].memory_limit`, in bytes.
MEMORY = 8 * GIB
OUTPUT = 64 * MIB
PROCESSES = 1000
FILES = 20_000
WRITTEN = 16 * GIB
SCRATCH = 2 * GIB  # of memory, where the scratch folder is a file system of its own

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS_TO_A_WALK = 10


def in_words(limit: str, memory: int) -> str:
    """What the command did; `limit` is the answer of `Watch.exceeded`."""
    return {
        "output": f"printed more than {OUTPUT // MIB} MiB",
        "memory": f"took more than {memory / GIB:g} GiB of memory",
        "processes": f"started more than {PROCESSES} processes",
        "files": f"wrote more than {FILES} files, or more than {WRITTEN // GIB} GiB",
    }[limit]


class Watch:
    """`output` is the file that the command prints to; `folders` are those that it may write."""

    def __init__(self, pid: int, output: str, folders: list[str], memory: int) -> None:
        self.pid = pid
        self.output = output
        self.folders = folders
        self.memory = memory
        self.ticks = 0

    def exceeded(self) -> str:
        """The name of the limit that is passed now; "" if none is."""
        self.ticks += 1
        if self.ticks % _TICKS_TO_A_WALK == 0 and self.too_many_files():
            return "files"
        if self.too_much_output():
            return "output"
        running = processes_of(self.pid)
        if len(running) > PROCESSES:
            return "processes"
        return "memory" if sum(map(resident, running)) > self.memory else ""

    def exceeded_at_the_end(self) -> str:
        """What a command that ended by itself has left behind."""
        if self.too_much_output():
            return "output"
        return "files" if self.too_many_files() else ""

    def too_much_output(self) -> bool:
        return os.path.getsize(self.output) > OUTPUT

    def too_many_files(self) -> bool:
        number, size = 0, 0
        for top in self.folders:
            for folder, _, files in os.walk(top):
                number += len(files)
                if number > FILES:
                    return True
                size += sum(_size(os.path.join(folder, name)) for name in files)
        return size > WRITTEN


def processes_of(pid: int) -> list[int]:
    """`pid` and all its descendants that are alive."""
    found = [pid]
    for process in found:
        try:
            for thread in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{thread}/children") as f:
                    found.extend(int(child) for child in f.read().split())
        except OSError:  # it has ended meanwhile, or this kernel does not tell
            continue
        if len(found) > 2 * PROCESSES:
            break
    return found


def resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 once it has ended."""
    try:
        with open(f"/proc/{pid}/statm") as f:
            return int(f.read().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
