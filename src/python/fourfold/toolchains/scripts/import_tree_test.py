from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from fourfold.toolchains.scripts.import_tree import import_tree


@pytest.fixture
def release(tmp_path: Path) -> Path:
    root = tmp_path / "release/lean-4"
    for path in ("bin/lean", "lib/Init.olean", "src/Init.lean"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    (root / "bin/lean").chmod(0o755)
    (root / "lib/libInit.so").symlink_to("Init.olean")
    (root / "lib/outside").symlink_to("../../../secret")
    (tmp_path / "secret").write_text("secret")
    return root


def tree(folder: Path) -> dict[str, str]:
    return {
        os.path.relpath(os.path.join(base, name), folder): (
            "-> " + os.readlink(os.path.join(base, name))
            if os.path.islink(os.path.join(base, name))
            else Path(base, name).read_text()
        )
        for base, _, files in os.walk(folder)
        for name in files
    }


EXPECTED = {
    "bin/lean": "bin/lean",
    "lib/Init.olean": "lib/Init.olean",
    "lib/libInit.so": "-> Init.olean",
}


def zipped(release: Path) -> str:
    path = f"{release.parent}/lean.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for base, _, files in os.walk(release):
            for name in files:
                source = os.path.join(base, name)
                inside = os.path.relpath(source, release.parent)
                if os.path.islink(source):
                    info = zipfile.ZipInfo(inside)
                    info.external_attr = 0o120777 << 16
                    archive.writestr(info, os.readlink(source))
                else:
                    archive.write(source, inside)
    return path


def tarred(release: Path) -> str:
    path = f"{release.parent}/lean.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        archive.add(release, "lean-4")
    return path


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_gives_its_tree(release: Path, tmp_path: Path, pack) -> None:
    out = tmp_path / "out"
    assert import_tree(pack(release), "lean-4", str(out), ["src/*"]) == 2
    assert tree(out) == EXPECTED
    assert os.access(out / "bin/lean", os.X_OK) and not os.access(out / "lib/Init.olean", os.X_OK)


def test_a_folder_gives_the_same_tree(release: Path, tmp_path: Path) -> None:
    assert import_tree(str(release), "", str(tmp_path / "out"), ["src/*"]) == 2
    assert tree(tmp_path / "out") == EXPECTED


def test_the_wrong_root_gives_nothing(release: Path, tmp_path: Path) -> None:
    assert import_tree(zipped(release), "lean-5", str(tmp_path / "out"), []) == 0


def test_what_no_python_reads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lean.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"0" * 600)
    with pytest.raises(SystemExit, match="lean.tar.zst is no archive"):
        import_tree(str(tmp_path / "lean.tar.zst"), "lean-4", str(tmp_path / "out"), [])
