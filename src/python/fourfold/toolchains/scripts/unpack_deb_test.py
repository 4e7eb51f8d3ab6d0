from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from fourfold.toolchains.scripts.unpack_deb import data_member, kept, unpack


def member(name: str, body: bytes) -> bytes:
    header = f"{name:<16}{'0':<12}{'0':<6}{'0':<6}{'100644':<8}{len(body):<10}`\n"
    return header.encode() + body + b"\n" * (len(body) % 2)


def package(*members: tuple[str, bytes]) -> bytes:
    return b"!<arch>\n" + b"".join(member(*m) for m in members)


def tree(*entries: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        for entry in entries:
            archive.addfile(entry, io.BytesIO(b"x" * entry.size) if entry.isfile() else None)
    return out.getvalue()


def file(name: str, mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = 3, mode
    return info


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


def unpacked(tmp_path: Path, *entries: tarfile.TarInfo, drop: tuple[str, ...] = ()) -> Path:
    deb = tmp_path / "p.deb"
    # The odd first member checks that members are found at even offsets.
    deb.write_bytes(package(("debian-binary", b"2.0"), ("data.tar.xz", tree(*entries))))
    unpack(str(deb), str(tmp_path / "tree"), list(drop))
    return tmp_path / "tree"


def test_modes_are_normalized(tmp_path: Path) -> None:
    root = unpacked(tmp_path, file("./usr/bin/coqc", 0o4711), file("./usr/lib/a.vo", 0o600))
    assert (root / "usr/bin/coqc").read_bytes() == b"xxx"
    assert (root / "usr/bin/coqc").stat().st_mode & 0o7777 == 0o755
    assert (root / "usr/lib/a.vo").stat().st_mode & 0o7777 == 0o644


def test_links_stay_inside_the_tree(tmp_path: Path) -> None:
    root = unpacked(
        tmp_path,
        file("./usr/lib/libz.so.1.2"),
        link("./usr/lib/libz.so.1", "libz.so.1.2"),
        link("./etc/alternatives/z", "/usr/lib/libz.so.1"),
        link("./usr/share/z", "./usr/lib/libz.so.1.2", tarfile.LNKTYPE),
    )
    assert os.readlink(root / "usr/lib/libz.so.1") == "libz.so.1.2"
    assert os.readlink(root / "etc/alternatives/z") == "../../usr/lib/libz.so.1"
    assert (root / "etc/alternatives/z").read_bytes() == b"xxx"
    assert (root / "usr/share/z").read_bytes() == b"xxx"


def test_drops_what_matches(tmp_path: Path) -> None:
    root = unpacked(
        tmp_path, file("./usr/share/doc/x"), file("./usr/lib/a.cmi"), file("./usr/lib/a.vo"),
        drop=("usr/share/*", "*.cmi"),
    )  # fmt: skip
    assert sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()) == [
        "usr/lib/a.vo"
    ]
    assert kept("usr/lib/a.vo", ["*.v"]) and not kept("usr/lib/a.v", ["*.v"])


def test_a_member_above_the_root_is_left_out(tmp_path: Path) -> None:
    root = unpacked(tmp_path, file("../stray"), file("./usr/lib/a.vo"))
    assert (root / "usr/lib/a.vo").exists()
    assert not (tmp_path / "stray").exists()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"PK\x03\x04", "not a Debian package"),
        (package(("debian-binary", b"2.0\n")), "truncated, or has no data archive"),
        (package(("data.tar.xz", b"x" * 100))[:-50], "truncated"),
    ],
)
def test_what_is_no_package_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(SystemExit, match=message):
        data_member(content, "p.deb")
