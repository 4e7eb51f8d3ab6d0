"""Gets a wheel of a Python package index with pip, as this machine's pip is set up to.

Usage: fetch_wheel.py PROJECT VERSION PYTHON PLATFORM [SHA256]

PYTHON and PLATFORM are tags, or "" for those of this Python. Without SHA256 it prints the wheel's
file name, its size in bytes and its sha256; with it, the wheel that has that hash is left here
under its own name. Standard library only, on whatever CPython runs Pants.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

_FOLDER = "wheel"
_REQUIREMENT = "requirement.txt"


def download(project: str, version: str, python: str, platform: str, sha256: str) -> Path:
    asked = f"{project}=={version}"
    if sha256:
        asked += f" --hash=sha256:{sha256}"
    Path(_REQUIREMENT).write_text(asked + "\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", f"--dest={_FOLDER}"]
    command += ["--require-hashes"] if sha256 else []
    command += [f"--python-version={python}"] if python else []
    command += [f"--platform={platform}"] if platform else []
    done = subprocess.run(
        [*command, "-r", _REQUIREMENT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    found = sorted(Path(_FOLDER).glob("*.whl"))
    if done.returncode != 0 or len(found) != 1:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        sys.exit("\n".join(lines[-3:]) or "pip downloaded no wheel")
    return found[0]


def main(project: str, version: str, python: str, platform: str, sha256: str = "") -> None:
    wheel = download(project, version, python, platform, sha256)
    if sha256:
        os.replace(wheel, wheel.name)
    else:
        content = wheel.read_bytes()
        print(wheel.name, len(content), hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
