"""Why the Docker test is skipped: each reason, on a machine that is made to lack something."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from pathlib import Path

import docker_engine
import pytest
from docker_engine import NotAvailable
from fourfold.toolchains.lock import Archive

CONTENT = b"!<arch>\n"
ARCHIVE = Archive("base", "p", "1", "pool/p.deb", 8, hashlib.sha256(CONTENT).hexdigest())


def test_who_is_not_root_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(NotAvailable, match="not root"):
        with docker_engine.serving(tmp_path):
            pass


def test_a_machine_without_apt_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailable, match="no apt-get"):
        docker_engine.mirrors()


def test_only_the_locked_content_is_taken(tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    (tmp_path / ARCHIVE.path).write_bytes(CONTENT)
    roots = ("file:///nowhere/", f"file://{tmp_path}/")
    assert docker_engine.download(ARCHIVE, roots) == CONTENT
    with pytest.raises(NotAvailable, match="No such file.*; other content than the locked"):
        docker_engine.download(dataclasses.replace(ARCHIVE, sha256="0" * 64), roots)


def test_what_an_engine_that_ends_said_is_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("dockerd", "echo Devices cgroup is not mounted"), ("docker", ":")):
        program = tmp_path / "usr/bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text}\nexit 1\n")
        program.chmod(0o755)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(docker_engine, "OWN_MOUNTS", ("env",))  # it may not be root that tests
    monkeypatch.setattr(docker_engine, "engine_folder", lambda: tmp_path)
    with pytest.raises(NotAvailable, match="does not start here: Devices cgroup is not mounted"):
        with docker_engine.serving(tmp_path / "engine"):
            pass


def test_a_container_that_is_refused_is_no_failure_of_ours(tmp_path: Path) -> None:
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho 'OCI runtime create failed: denied' >&2\nexit 125\n")
    program.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    engine = docker_engine.Engine({"PATH": path}, tmp_path / "log")
    with pytest.raises(NotAvailable, match="refuses a container: OCI runtime create failed"):
        docker_engine.check_container(engine, "any")
