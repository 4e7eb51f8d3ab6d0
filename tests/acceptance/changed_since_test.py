"""What `--changed-since` selects when a proof source is gone, or a toolchain is another one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Iterator, List

import pytest
from workspace import Workspace

HONEST = "Lemma claim : True.\nProof. exact I. Qed.\n"
FILES = {
    ".gitignore": "/.pants.d/\n/.pids/\n/dist/\n",
    "lib/BUILD": 'coq_theory(theorems=["lib.base.claim"])\n',
    "lib/base.v": HONEST,
    "lib/kept.v": HONEST,
    "user/BUILD": "coq_theory()\n",
    "user/direct.v": "From lib Require base.\nDefinition direct := base.claim.\n",
    "user/indirect.v": "From user Require direct.\nDefinition indirect := direct.direct.\n",
    "apart/BUILD": "coq_theory()\n",
    "apart/main.v": "From Coq Require Arith.\n" + HONEST,
}
IMPORTERS = {"user#library", "user/direct.v", "user/indirect.v"}


def git(workspace: Workspace, *args: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *args], cwd=workspace.folder, check=True)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("changed") / "repository", FILES)
    git(made, "init", "--quiet")
    git(made, "add", "--all")
    git(made, "commit", "--quiet", "--message", "start")
    return made


@pytest.fixture
def workspace(committed: Workspace) -> Iterator[Workspace]:
    yield committed
    git(committed, "reset", "--quiet", "--hard")


def selected(workspace: Workspace, *args: str) -> List[str]:
    options = ("--changed-since=HEAD", "--changed-dependents=transitive")
    done = workspace.pants(*options, *args, "list")
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_importers_of_a_deleted_source_are_selected(workspace: Workspace) -> None:
    git(workspace, "rm", "--quiet", "lib/base.v")
    found = selected(workspace)
    # The generator stands for what it generates, `lib#library` with the claim among it.
    assert IMPORTERS < set(found) and "lib:lib" in found
    assert not any(line.startswith("apart") for line in found)


def test_importers_of_a_renamed_source_are_selected(workspace: Workspace) -> None:
    git(workspace, "mv", "lib/base.v", "lib/basis.v")
    assert IMPORTERS | {"lib/basis.v", "lib:lib"} < set(selected(workspace))
    tested = workspace.pants("--changed-since=HEAD", "--changed-dependents=transitive", "test")
    assert tested.exit_code == 1
    assert "the theorem lib.base.claim, claimed in lib/BUILD, does not exist" in tested.output


def test_importers_of_a_removed_library_are_selected(workspace: Workspace) -> None:
    shutil.rmtree(workspace.folder / "lib")
    assert IMPORTERS < set(selected(workspace))


def test_a_toolchain_selects_what_uses_it(workspace: Workspace) -> None:
    for name in ("coq-8.20.toml", "sandbox.lock"):
        path = Path(workspace.folder, "src/python/fourfold/toolchains/shipped", name)
        path.write_text(path.read_text() + "# another one\n")
        assert IMPORTERS | {"lib/base.v", "apart/main.v"} < set(selected(workspace)), name
        git(workspace, "reset", "--quiet", "--hard")
    other = Path(workspace.folder, "src/python/fourfold/toolchains/shipped/agda-2.6.lock")
    other.write_text(other.read_text() + "# another one\n")
    assert not any(line.endswith(".v") for line in selected(workspace))
