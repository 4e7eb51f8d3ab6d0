from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from fourfold.sandbox.scripts import confine

sys.modules.setdefault("confine", confine)  # its name where the scripts run

from fourfold.sandbox.scripts.confine_elf import SYSTEM_MOUNT, ElfConfinement  # noqa: E402


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in (confine.SANDBOX_MOUNT, f"{confine.TOOLCHAIN_MOUNT}/bin", f"{SYSTEM_MOUNT}/usr"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_bubblewrap_has_the_libraries_of_the_closure_in_the_usual_places(sandbox: Path) -> None:
    inside = ElfConfinement("bubblewrap")
    command, _ = inside._confined(inside.tool("bin/lean"), {}, ["out"])
    usr = command.index("/usr")
    assert command[usr - 2 : usr] == ["--ro-bind", str(sandbox / SYSTEM_MOUNT / "usr")]
    links = {command[i + 2]: command[i + 1] for i, w in enumerate(command) if w == "--symlink"}
    assert links == {"/bin": "usr/bin", "/lib": "usr/lib", "/lib64": "usr/lib64"}
    assert command[command.index("--proc") + 1] == "/proc"
    assert "--unshare-all" in command and "--share-net" not in command
    assert command.index("--proc") < command.index("--remount-ro", command.index("/sandbox/out"))
    assert command[-2:] == ["--", "/toolchain/bin/lean"]


def test_bubblewrap_has_the_settings_of_the_closure_where_there_are_any(sandbox: Path) -> None:
    inside = ElfConfinement("bubblewrap")
    assert "/etc" not in inside._confined(inside.tool("bin/lean"), {}, ["out"])[0]
    (sandbox / SYSTEM_MOUNT / "etc/fonts").mkdir(parents=True)
    command, _ = inside._confined(inside.tool("bin/lean"), {}, ["out"])
    etc = command.index("/etc")
    assert command[etc - 2 : etc] == ["--ro-bind", str(sandbox / SYSTEM_MOUNT / "etc")]
    assert etc < command.index("--remount-ro", command.index("/sandbox/out"))


def test_without_bubblewrap_a_real_program_runs_and_finds_itself(sandbox: Path) -> None:
    readlink = shutil.which("readlink")
    assert readlink is not None
    shutil.copy(readlink, f"{confine.TOOLCHAIN_MOUNT}/bin/readlink")
    plain = ElfConfinement("none")
    done = plain.run(
        [*plain.tool("bin/readlink"), "/proc/self/exe"], env={}, writable=[], timeout=60
    )
    assert done.exit_code == 0
    assert done.output.strip() == os.path.realpath(f"{confine.TOOLCHAIN_MOUNT}/bin/readlink")
