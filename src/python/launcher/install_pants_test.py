"""What ./pants says where its environment cannot be made; tests/acceptance makes it for real."""

from __future__ import annotations

import sys
from pathlib import Path

import install_pants
import pytest


def test_what_fails_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)
    with pytest.raises(SystemExit) as stopped:
        install_pants.run(tmp_path, "a.lock", "-c", "raise ValueError('no such package')")
    said = str(stopped.value)
    assert "no such package" in said and "a.lock" in said and "PIP_INDEX_URL" in said


def test_a_complete_environment_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "pants"
    target.mkdir()
    (target / "complete").write_text("as it was")
    install_pants.main(str(target), "no.lock", "")
    assert (target / "complete").read_text() == "as it was"
