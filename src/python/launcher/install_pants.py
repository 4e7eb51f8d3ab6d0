"""Builds the environment that ./pants runs in: python install_pants.py TARGET LOCK PEX_SHA256.

Standard library only, on CPython 3.9. A lock is held, so that concurrent first runs build once;
a half-built environment has no file `complete`, and is removed and built again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PEX = "2.1.137"

# Pants makes many small allocations at its start: huge pages save a sixth of the time.
SERVER = """\
#!/bin/sh
export GLIBC_TUNABLES="${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}"
exec "$FOURFOLD_PANTS_PYTHON" "${0%/*}/start_pants.py" "$@"
"""


def run(target: Path, lock: str, *args: str) -> None:
    """Runs the environment's Python; exits with what it said, and what to do, if it fails."""
    foreign = ("PYTHON", "PEX_", "VIRTUAL_ENV")
    done = subprocess.run(
        [str(target / "bin/python"), *args],
        env={k: v for k, v in os.environ.items() if not k.startswith(foreign)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(
            f"pants: could not set up Pants in {target}:\n{done.stdout.strip()}\n"
            f"The packages and hashes are those of {lock}. To use an index other than pip's own\n"
            "setting, export PIP_INDEX_URL; the next run of ./pants starts over."
        )


def install(target: Path, lock: str, pex_sha256: str) -> None:
    print("pants: installing Pants 2.17.1 (first run only) ...", file=sys.stderr)
    shutil.rmtree(target, ignore_errors=True)
    venv.create(target, with_pip=True)
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(target, lock, *pip, "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", lock)
    run(target, lock, "-m", "pex", f"pex=={PEX}", "-c", "pex", "-o", str(target / "pex.pex"))
    pex = (target / "pex.pex").read_bytes()
    digest = hashlib.sha256(pex).hexdigest()
    if digest != pex_sha256:
        print(
            f"pants: the pex built here has sha256 {digest}, not {pex_sha256}: Python-based\n"
            "checks run as usual, but share no cache entries with other machines.",
            file=sys.stderr,
        )
    # The native client reaches a running daemon in milliseconds; without one it runs `server`.
    site = target / "lib/python3.9/site-packages/pants"
    client, server = target / "native_client", target / "server"
    shutil.copyfile(site / "bin/native_client", client)
    server.write_text(SERVER)
    shutil.copyfile(Path(__file__).with_name("start_pants.py"), target / "start_pants.py")
    for path in (client, server):
        path.chmod(0o755)
    (target / "complete").write_text(f"v{PEX}|linux_x86_64|{digest}|{len(pex)}\n")


def main(target: str, lock: str, pex_sha256: str) -> None:
    with open(target + ".lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not os.path.exists(os.path.join(target, "complete")):
            install(Path(target), lock, pex_sha256)


if __name__ == "__main__":
    main(*sys.argv[1:])
