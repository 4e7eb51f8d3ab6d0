"""Finds a toolchain that is installed on this machine, and says what is in it.

Usage: find_folder.py REQUEST      REQUEST is a JSON object; a JSON object is printed.

Request: `places` (tried in order), `has` (paths that a toolchain must hold). A place is
`elan:<name>` (a toolchain of elan), `path:<program>` (the home of a program on PATH), or a folder,
which may begin with `~`. Answer: `folder` ("" if none), `fingerprint` of its list of files, and
`looked` (what was looked for, and where, in words).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys


def elan_home() -> str:
    return os.environ.get("ELAN_HOME") or os.path.expanduser("~/.elan")


def elan_folder(name: str) -> str:
    """elan keeps `leanprover/lean4:v4.9.0` in the folder `leanprover--lean4---v4.9.0`."""
    return os.path.join(elan_home(), "toolchains", name.replace("/", "--").replace(":", "---"))


def program_home(name: str) -> str:
    """The folder above `bin/<name>`, or "".

    elan puts a proxy on PATH. It is not run, since it may download a toolchain; its default is
    read from its settings. Isabelle puts a script there, which runs the real program.
    """
    found = shutil.which(name)
    if found is None:
        return ""
    real = os.path.realpath(found)
    if os.path.exists(os.path.join(os.path.dirname(real), "elan")):
        return default_elan_folder()
    with open(real, "rb") as f:
        start = f.read(4096)
    script = re.search(rb'^exec "?([^"\s$]+)/bin/', start, re.MULTILINE)
    if start.startswith(b"#!") and script:
        return script.group(1).decode()
    return os.path.dirname(os.path.dirname(real))


def default_elan_folder() -> str:
    try:
        with open(os.path.join(elan_home(), "settings.toml"), encoding="utf-8") as f:
            default = re.search(r'^default_toolchain = "([^"]+)"', f.read(), re.MULTILINE)
    except OSError:
        return ""
    return elan_folder(default.group(1)) if default else ""


def locate(place: str) -> tuple[str, str]:
    """The folder that a place means, and the place in words."""
    kind, _, value = place.partition(":")
    if kind == "elan":
        return elan_folder(value), f"the elan toolchain {value} in {elan_folder(value)}"
    if kind == "path":
        home = program_home(value)
        where = f" (its home would be {home})" if home else ""
        return home, f"`{value}` on PATH{where}"
    folder = os.path.expanduser(place)
    return folder, f"the folder {folder}"


def fingerprint(folder: str) -> str:
    """Changes with every file that is added, removed or written."""
    digest = hashlib.sha256()
    for base, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(base, name)
            status = os.lstat(path)
            row = (os.path.relpath(path, folder), status.st_size, status.st_mtime_ns,
                   status.st_mode)
            digest.update(repr(row).encode(errors="surrogateescape"))
    return digest.hexdigest()


def find(places: list[str], has: list[str]) -> dict:
    looked = []
    for place in places:
        folder, words = locate(place)
        if folder and all(os.path.exists(os.path.join(folder, path)) for path in has):
            folder = os.path.realpath(folder)
            return {"folder": folder, "fingerprint": fingerprint(folder), "looked": []}
        looked.append(words)
    return {"folder": "", "fingerprint": "", "looked": looked}


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    print(json.dumps(find(request["places"], request["has"])))
