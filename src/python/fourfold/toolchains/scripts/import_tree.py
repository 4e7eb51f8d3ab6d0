"""Brings a release into a folder: an archive's content, or a folder that is installed here.

Usage: import_tree.py SOURCE ROOT FOLDER [--drop=GLOB ...]

SOURCE is a .zip, a tar archive of any compression that this Python reads, or a folder; ROOT is
the folder inside it to take ("" for all). Standard library only: it runs on whatever CPython runs
Pants.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import stat
import sys
import tarfile
import zipfile
from typing import IO, Iterator, NamedTuple, Optional


class Entry(NamedTuple):
    """`link` is the target of a symbolic link; `content` that of a file."""

    path: str
    mode: int
    link: str
    content: Optional[IO[bytes]]


def entries(source: str) -> Iterator[Entry]:
    if os.path.isdir(source):
        return from_folder(source)
    if zipfile.is_zipfile(source):
        return from_zip(source)
    return from_tar(source)


def from_folder(source: str) -> Iterator[Entry]:
    for base, folders, files in os.walk(source):
        folders.sort()
        links = [f for f in folders if os.path.islink(os.path.join(base, f))]
        for name in sorted([*files, *links]):
            path = os.path.join(base, name)
            relative = os.path.relpath(path, source)
            if os.path.islink(path) and not os.path.isabs(os.readlink(path)):
                yield Entry(relative, 0, os.readlink(path), None)
            elif os.path.isfile(path):
                with open(path, "rb") as f:
                    yield Entry(relative, os.stat(path).st_mode, "", f)


def from_zip(source: str) -> Iterator[Entry]:
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 16
            if stat.S_ISLNK(mode):
                yield Entry(info.filename, mode, archive.read(info).decode(), None)
            elif not info.is_dir():
                with archive.open(info) as f:
                    yield Entry(info.filename, mode, "", f)


def from_tar(source: str) -> Iterator[Entry]:
    try:
        archive = tarfile.open(source)
    except tarfile.ReadError:
        raise SystemExit(
            f"{os.path.basename(source)} is no archive that Python "
            f"{sys.version_info[0]}.{sys.version_info[1]} reads (.zip, .tar.gz, .tar.xz, .tar.bz2)"
        ) from None
    with archive:
        for member in archive:
            if member.issym():
                yield Entry(member.name, member.mode, member.linkname, None)
            elif member.isfile() or member.islnk():
                yield Entry(member.name, member.mode, "", archive.extractfile(member))


def import_tree(source: str, root: str, folder: str, drop: list[str]) -> int:
    """The number of files written; links that lead out of the tree are left out."""
    count = 0
    for entry in entries(source):
        path = os.path.normpath(entry.path)
        if root:
            if not path.startswith(root + "/"):
                continue
            path = path[len(root) + 1 :]
        if path.startswith(("..", "/")) or any(fnmatch.fnmatchcase(path, g) for g in drop):
            continue
        target = os.path.join(folder, path)
        if entry.link:
            end = os.path.normpath(os.path.join(os.path.dirname(path), entry.link))
            if os.path.isabs(end) or end.startswith(".."):
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(entry.link, target)
            continue
        assert entry.content is not None
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as f:
            shutil.copyfileobj(entry.content, f, 1 << 20)
        os.chmod(target, 0o755 if entry.mode & 0o111 else 0o644)
        count += 1
    return count


if __name__ == "__main__":
    origin, inner, out, *flags = sys.argv[1:]
    if not import_tree(origin, inner, out, [f[len("--drop=") :] for f in flags]):
        sys.exit(f"{origin} has no files below `{inner}`")
    # A file in the place of an output directory keeps the result out of remote caches: see
    # unpack_deb.py.
    open("local-only", "w").close()
