"""Unpacks one Debian package into a folder, leaving out files that no prover reads.

Usage: unpack_deb.py PACKAGE.deb FOLDER [--drop=GLOB ...]

Standard library only: it runs on whatever CPython runs Pants.
"""

from __future__ import annotations

import fnmatch
import io
import os
import sys
import tarfile


def data_member(deb: bytes, name: str) -> bytes:
    """The data archive inside the `ar` archive `deb`."""
    if not deb.startswith(b"!<arch>\n"):
        raise SystemExit(f"{name} is not a Debian package: no `!<arch>` header.")
    offset = 8
    while offset + 60 <= len(deb):
        header = deb[offset : offset + 60]
        size = int(header[48:58])
        if header[:16].startswith(b"data.tar"):
            body = deb[offset + 60 : offset + 60 + size]
            if len(body) != size:
                break
            return body
        offset += 60 + size + size % 2
    raise SystemExit(f"{name} is truncated, or has no data archive.")


def kept(path: str, drop: list[str]) -> bool:
    return not any(fnmatch.fnmatchcase(path, pattern) for pattern in drop)


def unpack(deb_path: str, folder: str, drop: list[str]) -> None:
    with open(deb_path, "rb") as f:
        body = data_member(f.read(), os.path.basename(deb_path))
    os.makedirs(folder, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:*") as archive:
        for member in archive:
            path = os.path.normpath(member.name).lstrip("/")
            if path.startswith("..") or not kept(path, drop):
                continue
            target = os.path.join(folder, path)
            if member.isfile():
                os.makedirs(os.path.dirname(target), exist_ok=True)
                source = archive.extractfile(member)
                assert source is not None
                with open(target, "wb") as f:
                    f.write(source.read())
                os.chmod(target, 0o755 if member.mode & 0o111 else 0o644)
            elif member.issym() or member.islnk():
                os.makedirs(os.path.dirname(target), exist_ok=True)
                link = member.linkname
                if member.islnk() or link.startswith("/"):
                    # Links inside the tree are made relative, so that the tree can be mounted
                    # anywhere.
                    link = os.path.relpath(link.lstrip("/"), os.path.dirname(path))
                os.symlink(link, target)


if __name__ == "__main__":
    deb, out, *flags = sys.argv[1:]
    unpack(deb, out, [f[len("--drop=") :] for f in flags])
    # A file in the place of an output directory keeps the result out of remote caches: an unpacked
    # toolchain is cheaper to make from its archives than to move. See toolchains/unpack.py.
    open("local-only", "w").close()
