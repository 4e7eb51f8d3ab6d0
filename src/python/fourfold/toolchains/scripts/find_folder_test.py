from __future__ import annotations

import os
from pathlib import Path

import pytest

from fourfold.toolchains.scripts import find_folder

HAS = ["bin/lean"]


def toolchain(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/lean").write_text("#!/bin/sh\n")
    (folder / "bin/lean").chmod(0o755)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ELAN_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / ".elan/bin"))
    return tmp_path


def test_an_elan_toolchain_is_found_by_its_name(home: Path) -> None:
    folder = toolchain(home / ".elan/toolchains/leanprover--lean4---v4.9.0")
    found = find_folder.find(["elan:leanprover/lean4:v4.9.0"], HAS)
    assert found["folder"] == str(folder) and len(found["fingerprint"]) == 64


def test_elan_home_moves_the_toolchains(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELAN_HOME", str(home / "elan"))
    folder = toolchain(home / "elan/toolchains/mine")
    assert find_folder.find(["elan:mine"], HAS)["folder"] == str(folder)


def test_every_place_that_was_looked_at_is_named(home: Path) -> None:
    (home / "empty").mkdir()
    found = find_folder.find(["elan:none", "path:lean", "~/empty"], HAS)
    assert found["folder"] == ""
    assert found["looked"] == [
        f"the elan toolchain none in {home}/.elan/toolchains/none",
        "`lean` on PATH",
        f"the folder {home}/empty",
    ]


def test_the_proxy_of_elan_is_not_run_but_resolved(home: Path) -> None:
    bin_folder = home / ".elan/bin"
    bin_folder.mkdir(parents=True)
    for name in ("elan", "lean"):
        (bin_folder / name).write_text("#!/bin/sh\nexit 1\n")
        (bin_folder / name).chmod(0o755)
    (home / ".elan/settings.toml").write_text('default_toolchain = "leanprover/lean4:v4.9.0"\n')
    assert find_folder.find(["path:lean"], HAS)["folder"] == ""
    folder = toolchain(home / ".elan/toolchains/leanprover--lean4---v4.9.0")
    assert find_folder.find(["path:lean"], HAS)["folder"] == str(folder)


def test_a_link_and_a_script_on_path_lead_to_the_home(home: Path) -> None:
    folder = toolchain(home / "opt/lean")
    bin_folder = home / ".elan/bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "lean").symlink_to(folder / "bin/lean")
    assert find_folder.find(["path:lean"], HAS)["folder"] == str(folder)
    (bin_folder / "lean").unlink()
    (bin_folder / "lean").write_text(f'#!/bin/sh\nexec "{folder}/bin/lean" "$@"\n')
    (bin_folder / "lean").chmod(0o755)
    assert find_folder.find(["path:lean"], HAS)["folder"] == str(folder)


def test_the_fingerprint_changes_with_the_files(home: Path) -> None:
    folder = toolchain(home / "lean")
    first = find_folder.fingerprint(str(folder))
    assert first == find_folder.fingerprint(str(folder))
    (folder / "bin/lean").write_text("#!/bin/sh\n#\n")
    second = find_folder.fingerprint(str(folder))
    os.mkdir(folder / "lib")
    (folder / "lib/Init.olean").write_text("")
    third = find_folder.fingerprint(str(folder))
    assert len({first, second, third}) == 3
