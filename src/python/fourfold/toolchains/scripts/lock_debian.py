"""Asks a Debian mirror, through apt, which archives hold the newest versions of packages.

Usage: lock_debian.py ROOT SUITE PACKAGE...     prints `package|version|path|bytes|sha256` lines

apt runs with state, lists and sources of its own in the current folder: the machine's own apt
configuration is neither read for sources nor changed. Signatures are checked with the keys that
the machine's apt trusts.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main(root: str, suite: str, packages: list[str]) -> None:
    state = os.path.abspath("apt")
    for folder in ("lists/partial", "cache/archives/partial", "empty"):
        os.makedirs(os.path.join(state, folder), exist_ok=True)
    sources = os.path.join(state, "sources.list")
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    signed = f" signed-by={keyring}" if os.path.exists(keyring) else ""
    with open(sources, "w") as f:
        f.write(f"deb [arch=amd64{signed}] {root} {suite} main\n")
    open(os.path.join(state, "status"), "w").close()
    options = {
        "Dir::State": state,
        "Dir::State::status": f"{state}/status",
        "Dir::Cache": f"{state}/cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": f"{state}/empty",
        "Dir::Etc::preferencesparts": f"{state}/empty",
        "APT::Architecture": "amd64",
        "APT::Architectures": "amd64",
        "APT::Sandbox::User": "",
    }
    flags = [f"-o{key}={value}" for key, value in options.items()]
    update = subprocess.run(
        ["apt-get", *flags, "-oAPT::Update::Error-Mode=any", "update"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    if update.returncode != 0:
        sys.exit(f"apt-get update failed for suite {suite}:\n{update.stdout}")
    missing = []
    for package in packages:
        shown = subprocess.run(
            ["apt-cache", *flags, "show", "--no-all-versions", package],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ).stdout
        fields = dict(
            line.split(": ", 1) for line in shown.splitlines() if ": " in line and line[0] != " "
        )
        try:
            row = [fields[k] for k in ("Version", "Filename", "Size", "SHA256")]
        except KeyError:
            missing.append(package)
            continue
        print("|".join([package, *row]))
    if missing:
        sys.exit(f"suite {suite} has no package named: {', '.join(missing)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
