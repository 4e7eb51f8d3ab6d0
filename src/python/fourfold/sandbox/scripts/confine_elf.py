"""Confinement for programs that are made for an ordinary Linux, such as upstream's releases.

Such a program names its dynamic loader by an absolute path, takes the C library from the machine,
and finds its own files by /proc. Under bubblewrap it gets all three: the libraries of a locked
closure in the usual places, and a /proc that shows nothing but the command itself. Without
bubblewrap it runs on the machine's libraries.
"""

from __future__ import annotations

import os

import confine

SYSTEM_MOUNT = "__system"


class ElfConfinement(confine.Confinement):
    """Programs of the toolchain run directly. `SYSTEM_MOUNT` holds the closure, as `usr/...` and,
    where it has settings for all of the machine, `etc/...`."""

    def __init__(self, isolation: str) -> None:
        super().__init__(isolation, loader="", library_path=[])

    def tool(self, path: str) -> list[str]:
        return [f"{self.toolchain}/{path}"]

    def _bubblewrap(self, env: dict[str, str], writable: list[str]) -> list[str]:
        command = super()._bubblewrap(env, writable)
        usr = os.path.realpath(f"{SYSTEM_MOUNT}/usr")
        etc = os.path.realpath(f"{SYSTEM_MOUNT}/etc")
        layout = ["--proc", "/proc", "--ro-bind", usr, "/usr"]
        if os.path.isdir(etc):
            layout += ["--ro-bind", etc, "/etc"]
        for folder in ("bin", "lib", "lib64"):
            layout += ["--symlink", f"usr/{folder}", f"/{folder}"]
        place = command.index("--dir")  # where the mounts of the inputs begin
        return [*command[:place], *layout, *command[place:]]
