"""Exits 0 if bubblewrap can isolate a command on this machine, else 10; prints what it said.

It leaves a folder `probed` with one file, which shows that outputs come back from where it runs.
"""

from __future__ import annotations

import os
import sys

import confine

_LIBRARIES = "usr/lib/x86_64-linux-gnu"

if __name__ == "__main__":
    confine.TOOLCHAIN_MOUNT = confine.SANDBOX_MOUNT
    inside = confine.Confinement(
        "bubblewrap", f"{_LIBRARIES}/ld-linux-x86-64.so.2", [_LIBRARIES]
    )
    done = inside.run([*inside.tool("usr/bin/bwrap"), "--version"], env={}, writable=[], timeout=20)
    print(done.output)
    os.makedirs("probed", exist_ok=True)  # some workers make declared folders
    open("probed/outputs", "w").close()
    sys.exit(0 if done.exit_code == 0 else 10)
