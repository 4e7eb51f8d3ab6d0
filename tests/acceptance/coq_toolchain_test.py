"""What a user is told whose toolchain, library or time limit is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from workspace import Run, Workspace

HONEST = "Lemma claim : True.\nProof. exact I. Qed.\n"
FILES = {
    "honest/main.v": HONEST,
    "honest/BUILD": "coq_theory()\n",
    "rolling/main.v": HONEST,
    "rolling/BUILD": 'coq_theory(toolchain="rocq-9.2")\n',
    "endless/main.v": "Ltac loop := idtac; loop.\nLemma claim : True.\nProof. loop. Qed.\n",
    "endless/BUILD": "coq_theory(timeout=5)\n",
    "misnamed/main.v": HONEST,
    "misnamed/BUILD": 'coq_theory(toolchain="coq-7.4")\n',
    "unknown_library/main.v": HONEST,
    "unknown_library/BUILD": 'coq_theory(libraries=["mathcomp-analisis"])\n',
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("toolchains") / "repository", FILES)


def without_mirror(
    workspace: Workspace, tmp_path: Path, *args: str, targets: str = "honest::"
) -> Run:
    return workspace.pants(
        f"--local-store-dir={tmp_path}/store",
        f"--named-caches-dir={tmp_path}/named",
        '--toolchains-mirrors=["file:///nonexistent/"]',
        *args,
        "test",
        targets,
    )


def test_a_toolchain_that_cannot_be_had_skips_with_the_reason(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = without_mirror(workspace, tmp_path)
    assert done.exit_code == 0, done.output
    assert re.search(r"honest(#library|/main\.v) \(and 1 more\): not-available:", done.output)
    assert "Fourfold: 2 not-available" in done.output
    assert "generate-lockfiles --resolve=" in done.output
    assert "✓ honest/main.v" not in done.output


def test_strict_fails_without_the_toolchain(workspace: Workspace, tmp_path: Path) -> None:
    done = without_mirror(workspace, tmp_path, "--fourfold-strict")
    assert done.exit_code == 1, done.output
    assert "not-available" in done.output
    assert "✓ honest/main.v" not in done.output


def test_strict_excuses_a_toolchain_that_the_machine_is_known_to_lack(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = without_mirror(
        workspace, tmp_path, "--fourfold-strict", "--fourfold-lacks=['coq-8.20']"
    )
    assert done.exit_code == 0, done.output
    assert "Fourfold: 2 not-available" in done.output


def test_a_version_that_mirrors_dropped_says_how_ci_can_go_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = without_mirror(
        workspace,
        tmp_path,
        "--fourfold-strict",
        "--fourfold-lacks=['rocq-9.2']",
        targets="rolling::",
    )
    assert done.exit_code == 0, done.output
    # Of the module and its library, whichever came first is named.
    assert re.search(r"rolling(#library|/main\.v) \(and 1 more\): not-available:", done.output)
    assert "lists `rocq-9.2` in `[fourfold].lacks`" in done.output


def test_an_unknown_toolchain_is_an_error_that_lists_the_known(workspace: Workspace) -> None:
    done = workspace.pants("test", "misnamed::")
    assert done.exit_code == 1, done.output
    assert "There is no toolchain `coq-7.4`" in done.output
    assert "coq-8.20" in done.output


def test_an_unknown_library_lists_the_known(workspace: Workspace) -> None:
    done = workspace.pants("--fourfold-strict", "test", "unknown_library::")
    assert done.exit_code == 1, done.output
    assert "`coq-8.20` has no library `mathcomp-analisis`" in done.output
    assert "mathcomp-analysis" in done.output


def test_a_timeout_fails_and_is_tried_again_in_the_next_run(workspace: Workspace) -> None:
    for _ in range(2):
        done = workspace.pants("-ldebug", "test", "endless::")
        assert done.exit_code == 1, done.output[-2000:]
        assert "endless/main.v: timed out after 5 s" in done.output
        # How far a prover gets in that time is no fact about its input: it is tried again.
        assert "Compile endless.main with coq-8.20" in done.executed


UPSTREAM = (
    'kind = "upstream"\nversion = "1"\nurl = "file://{}"\nroot = "x"\nhas = ["x"]\n'
    'program = "x"\ninstalled = []\n'
)


def test_locks_that_can_be_made_are_kept_beside_one_that_cannot(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "archive").write_text("content")
    workspace.write(
        {
            "toys/here.toml": UPSTREAM.format(tmp_path / "archive"),
            "toys/gone.toml": UPSTREAM.format(tmp_path / "nowhere"),
            "toys/gone.lock": "as it was\n",
        }
    )
    locks = "--toolchains-locks={'here': 'toys/here.lock', 'gone': 'toys/gone.lock'}"
    done = workspace.pants(locks, "generate-lockfiles")
    assert "Could not lock `gone` (toys/gone.toml)" in done.output
    assert "toys/gone.lock is left as it was" in done.output
    assert "Wrote lockfile for the resolve `here` to toys/here.lock" in done.output
    assert "sha256" in (workspace.folder / "toys/here.lock").read_text()
    assert (workspace.folder / "toys/gone.lock").read_text() == "as it was\n"
    alone = workspace.pants(locks, "generate-lockfiles", "--resolve=gone")
    assert alone.exit_code == 1 and "Could not lock `gone`" in alone.output
