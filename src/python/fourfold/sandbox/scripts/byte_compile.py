"""Byte-compiles the modules of a Python that is shipped as sources.

Usage: byte_compile.py LIBRARY OUT      writes OUT/<module path>/__pycache__/<module>.pyc

The byte-code carries a hash of its source instead of a time stamp, unchecked, and no path of this
machine, so that it is the same wherever it is made.
"""

from __future__ import annotations

import os
import py_compile
import sys


def main(library: str, out: str) -> None:
    for folder, _, names in os.walk(library):
        for name in sorted(names):
            # A package may link to a file that was left out, such as /etc/.../sitecustomize.py.
            if not name.endswith(".py") or not os.path.exists(os.path.join(folder, name)):
                continue
            source = os.path.join(folder, name)
            inside = os.path.relpath(folder, library)
            tag = sys.implementation.cache_tag
            target = os.path.join(out, inside, "__pycache__", f"{name[:-3]}.{tag}.pyc")
            py_compile.compile(
                source,
                cfile=os.path.normpath(target),
                dfile=os.path.normpath(os.path.join("/python", inside, name)),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
