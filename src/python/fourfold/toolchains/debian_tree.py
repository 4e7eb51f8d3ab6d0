"""Where the dynamic loader and the shared libraries of unpacked Debian packages lie."""

from __future__ import annotations

import os
from typing import Iterable

_LOADER = "ld-linux-x86-64.so.2"


def find_loader(files: Iterable[str]) -> str | None:
    """The path of the loader; the packages of older suites hold it twice, once by a link."""
    found = [p for p in files if os.path.basename(p) == _LOADER]
    return min(found, key=lambda p: (not p.endswith(f"gnu/{_LOADER}"), p)) if found else None


def library_folders(files: Iterable[str]) -> tuple[str, ...]:
    folders = {
        os.path.dirname(p) for p in files if os.path.basename(p).startswith("lib") and ".so." in p
    }
    return tuple(sorted(d for d in folders if d.endswith("x86_64-linux-gnu")))
