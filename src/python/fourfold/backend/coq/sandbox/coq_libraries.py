"""What the modules of the toolchain's libraries are called, found from its files."""

from __future__ import annotations

import os

import confine


def called(module: list[str], coqlib: str) -> list[str]:
    """The toolchain's own full name of `module`, where `Coq` may be what Rocq 9 has renamed."""
    root, below = module[0], "/".join(module[1:])
    base = f"{confine.TOOLCHAIN_MOUNT}/{coqlib}"
    standard = "Corelib" if os.path.isdir(f"{base}/user-contrib/Stdlib") else "Coq"
    found = []
    if below and root in ("Coq", standard) and os.path.isfile(f"{base}/theories/{below}.vo"):
        found.append(standard)
    contrib = "Stdlib" if root == "Coq" and standard == "Corelib" else root
    if below and os.path.isfile(f"{base}/user-contrib/{contrib}/{below}.vo"):
        found.append(contrib)
    return [".".join([name, *module[1:]]) for name in found]


def ending_in(module: str, coqlib: str) -> list[str]:
    """All modules of the standard library whose names end in `module`."""
    base = f"{confine.TOOLCHAIN_MOUNT}/{coqlib}"
    split = os.path.isdir(f"{base}/user-contrib/Stdlib")
    folders = [(f"{base}/theories", "Corelib" if split else "Coq")]
    folders += [(f"{base}/user-contrib/Stdlib", "Stdlib")] if split else []
    found = []
    for folder, root in folders:
        for place, _, files in os.walk(folder):
            parts = [root, *os.path.relpath(place, folder).split(os.sep)]
            prefix = ".".join(p for p in parts if p != ".")
            found += [f"{prefix}.{f[:-3]}" for f in files if f.endswith(".vo")]
    return sorted(name for name in found if name.endswith("." + module))
