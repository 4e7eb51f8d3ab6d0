"""Runs a driver after a first line that says which process this is the answer of.

Usage: about.py LINE DRIVER.py [ARGUMENT ...]

A cache that returns the result of another process returns its line too: see toolchains/sandbox.py.
"""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    print(sys.argv[1], flush=True)
    del sys.argv[:2]
    runpy.run_path(sys.argv[0], run_name="__main__")
