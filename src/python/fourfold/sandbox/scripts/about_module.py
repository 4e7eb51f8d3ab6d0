"""Runs a module after a first line that says which process this is the answer of.

Usage: about_module.py LINE MODULE [ARGUMENT ...]

As `python -m MODULE [ARGUMENT ...]`; toolchains/answers.py says what the line is for.
"""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    print(sys.argv[1], flush=True)
    del sys.argv[:2]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
