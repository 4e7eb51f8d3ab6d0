"""Locks a real wheel of a package index that is a folder, and brings it in, by the engine."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from pants.core.target_types import rules as core_target_rules
from pants.engine.fs import DigestContents
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.engine import EnvironmentName
from fourfold.toolchains import files, folder, kinds, trees, upstream, wheel
from fourfold.toolchains.kinds import FallibleToolchain, KindLock, ToolchainRequest
from fourfold.toolchains.lock import format_lock
from fourfold.toolchains.wheel import LockWheel

NAME = "toy_checker-1.0-py3-none-any.whl"
DEFINITION = """
kind = "wheel"
project = "toy-checker"
version = "{version}"
has = ["{has}"]
drop = ["*.dist-info/*"]
"""
METADATA = "Metadata-Version: 2.1\nName: toy-checker\nVersion: 1.0\n"
TAGS = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build_wheel(folder: Path) -> Path:
    """As an index would serve it: a program, with the metadata that pip wants."""
    path = folder / NAME
    info = "toy_checker-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("toy/checker", "#!/bin/sh\n")
        packed.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-checker\nVersion: 1.0\n"
        )
        packed.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build_wheel(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


@pytest.fixture
def runner(index: Path) -> RuleRunner:
    runner = RuleRunner(
        rules=[
            *core_target_rules(),
            *files.rules(),
            *folder.rules(),
            *kinds.rules(),
            *trees.rules(),
            *upstream.rules(),
            *wheel.rules(),
            QueryRule(FallibleToolchain, [ToolchainRequest]),
            QueryRule(KindLock, [LockWheel]),
            QueryRule(files.LoadedDefinition, [files.ToolchainName]),
        ],
        isolated_local_store=True,
        inherent_environment=EnvironmentName(None),
    )
    write(runner)
    runner.set_options(
        ["--toolchains-locks={'toy': 't/toy.lock'}"],
        env_inherit={"PATH", "HOME", "PIP_NO_INDEX", "PIP_FIND_LINKS"},
    )
    return runner


def write(runner: RuleRunner, version: str = "1.0", has: str = "toy/checker") -> None:
    runner.write_files({"t/toy.toml": DEFINITION.format(version=version, has=has)})


def write_lock(runner: RuleRunner, sha256: str = "") -> None:
    loaded = runner.request(files.LoadedDefinition, [files.ToolchainName("toy")])
    lock = runner.request(KindLock, [LockWheel(loaded)]).lock
    text = format_lock(lock, regenerate="lock it", definition="t/toy.toml")
    (archive,) = lock.archives
    runner.write_files({"t/toy.lock": text.replace(archive.sha256, sha256 or archive.sha256)})


def test_a_wheel_is_locked_and_brought_in(runner: RuleRunner, index: Path) -> None:
    write_lock(runner)
    content = (index / NAME).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    row = f"base | toy-checker | 1.0 | {NAME} | {len(content)} | {sha256}"
    assert row in (Path(runner.build_root) / "t/toy.lock").read_text()
    found = runner.request(FallibleToolchain, [ToolchainRequest("toy")])
    assert found.files == ("toy/checker",) and found.digest is not None
    (file,) = runner.request(DigestContents, [found.digest])
    assert file.content == b"#!/bin/sh\n" and not file.is_executable


def test_other_content_under_the_name_is_refused(runner: RuleRunner) -> None:
    write_lock(runner, "0" * 64)
    found = runner.request(FallibleToolchain, [ToolchainRequest("toy")])
    assert found.digest is None
    assert NAME in found.reason and "generate-lockfiles --resolve=toy" in found.reason


def test_what_is_missing_is_said(runner: RuleRunner) -> None:
    with pytest.raises(Exception, match="has no lock t/toy.lock; to write it, run"):
        runner.request(FallibleToolchain, [ToolchainRequest("toy")])
    write_lock(runner)
    write(runner, has="toy/other")
    with pytest.raises(Exception, match="has no toy/other, which t/toy.toml says"):
        runner.request(FallibleToolchain, [ToolchainRequest("toy")])
    write(runner, version="2.0")
    with pytest.raises(Exception, match="is for toy-checker 1.0, and its definition names"):
        runner.request(FallibleToolchain, [ToolchainRequest("toy")])
    with pytest.raises(Exception, match="it has no library `x`"):
        runner.request(FallibleToolchain, [ToolchainRequest("toy", ("x",))])


def test_an_unknown_kind_lists_those_that_exist(runner: RuleRunner) -> None:
    runner.write_files({"t/toy.toml": 'kind = "whele"\n'})
    with pytest.raises(Exception, match="unknown kind `whele`; the kinds are folder, up"):
        runner.request(files.LoadedDefinition, [files.ToolchainName("toy")])
