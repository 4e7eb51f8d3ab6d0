"""Imports real folders and archives, by the engine."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from pants.core.target_types import rules as core_target_rules
from pants.engine.fs import DigestContents
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.toolchains import files, kinds, trees, upstream
from fourfold.toolchains import folder as installed
from fourfold.toolchains.kinds import FallibleToolchain, ToolchainRequest

DEFINITION = """
kind = "upstream"
version = "1"
url = "file://{release}/toy-{{version}}.zip"
root = "toy-{{version}}"
has = ["bin/toy"]
program = "toy"
installed = ["{installed}"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "toy-1/bin").mkdir(parents=True)
    (tmp_path / "toy-1/bin/toy").write_text("#!/bin/sh\n")
    return tmp_path


@pytest.fixture
def runner(folder: Path) -> RuleRunner:
    runner = RuleRunner(
        rules=[
            *core_target_rules(),
            *files.rules(),
            *installed.rules(),
            *kinds.rules(),
            *trees.rules(),
            *upstream.rules(),
            QueryRule(FallibleToolchain, [ToolchainRequest]),
        ],
        isolated_local_store=True,
    )
    runner.write_files({"t/toy.toml": DEFINITION.format(release=folder, installed=folder / "none")})
    return runner


def tree(runner: RuleRunner, name: str = "toy", *options: str) -> FallibleToolchain:
    runner.new_session(uuid4().hex)  # the search is made once per session
    runner.set_options(
        ["--toolchains-locks={'toy': 't/toy.lock'}", *options],
        env_inherit={"PATH", "HOME"},
    )
    return runner.request(FallibleToolchain, [ToolchainRequest(name, like="toy")])


def content(runner: RuleRunner, found: FallibleToolchain) -> dict[str, str]:
    assert found.digest is not None
    read = runner.request(DigestContents, [found.digest])
    return {f.path: f.content.decode() for f in read}


def test_a_folder_is_imported_and_a_changed_one_anew(runner: RuleRunner, folder: Path) -> None:
    home = folder / "toy-1"
    option = f"--toolchains-homes={{'toy': '{home}'}}"
    assert content(runner, tree(runner, "toy", option)) == {"bin/toy": "#!/bin/sh\n"}
    (home / "bin/toy").write_text("#!/bin/sh\n# changed\n")
    (home / "extra").write_text("more")
    changed = tree(runner, str(home))
    assert content(runner, changed) == {"bin/toy": "#!/bin/sh\n# changed\n", "extra": "more"}


def test_an_archive_is_imported_by_its_lock(runner: RuleRunner, folder: Path) -> None:
    archive = folder / "toy-1.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(folder / "toy-1/bin/toy", "toy-1/bin/toy")
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    size = archive.stat().st_size
    row = f"base | toy | 1 | file://{archive} | {size} | "
    runner.write_files({"t/toy.lock": f"# suite: upstream\n{row}{sha256}\n"})
    assert content(runner, tree(runner)) == {"bin/toy": "#!/bin/sh\n"}
    runner.write_files({"t/toy.lock": f"# suite: upstream\n{row}{'0' * 64}\n"})
    refused = tree(runner)
    assert refused.digest is None and "was not served with the locked content" in refused.reason


def test_what_is_nowhere_gives_the_reason_and_the_way_to_get_it(runner: RuleRunner) -> None:
    missing = tree(runner)
    assert missing.digest is None
    for words in (
        "has no lock t/toy.lock",
        "not on this machine (a folder with bin/toy)",
        "--toolchains-homes=\"{'toy': '/its/folder'}\"",
        "pants generate-lockfiles --resolve=toy",
    ):
        assert words in missing.reason
