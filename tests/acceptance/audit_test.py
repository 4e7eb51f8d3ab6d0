"""What the goal `audit` promises: the table, the document, and the exit code of `test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workspace import Workspace

FILES = {
    "good/main.v": "Lemma one : 1 = 1.\nProof. reflexivity. Qed.\n",
    "good/BUILD": 'coq_theory(toolchain=parametrize("coq-8.16", "coq-8.20"))\n',
    "bad/main.v": "Axiom gap : False.\nLemma claim : 0 = 1.\nProof. destruct gap. Qed.\n",
    "bad/BUILD": "coq_theory()\n",
    # An attribute that the earlier version does not have.
    "differs/main.v": '#[warnings="-all"] Lemma two : 2 = 2.\nProof. reflexivity. Qed.\n',
    "differs/BUILD": 'coq_theory(toolchain=parametrize("coq-8.16", "coq-8.20"))\n',
    "skipped/main.v": "Axiom gap : False.\n",
    "skipped/BUILD": "coq_theory(skip_prover=True)\n",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("audit") / "repository", FILES)


def document(workspace: Workspace) -> dict:
    return json.loads((workspace.folder / "dist/fourfold/audit.json").read_text())


def test_one_line_for_each_kind_of_witness(workspace: Workspace) -> None:
    done = workspace.pants("audit", "good::", "skipped::")
    assert done.exit_code == 0, done.output
    (line,) = [text for text in done.output.splitlines() if text.startswith("coq ")]
    assert line.split()[:6] == ["coq", "4", "4", "0", "0", "0"]
    assert "coq-8.16, coq-8.20" in line
    data = document(workspace)
    assert data["schema"] == "fourfold.audit" and data["problems"] == []
    assert {t["verdict"] for t in data["targets"]} == {"clean"} and len(data["targets"]) == 4


def test_it_fails_exactly_where_test_does(workspace: Workspace) -> None:
    done = workspace.pants("audit", "good::", "bad::")
    assert done.exit_code == 1, done.output
    assert "rests on the axiom bad.main.gap : False, which is not permitted" in done.output
    row = document(workspace)["backends"][0]
    assert row["verdicts"]["hard-error"] == 2 and row["forbidden"] == 1


def test_markdown_and_json(workspace: Workspace) -> None:
    done = workspace.pants("audit", "--audit-format=markdown", "good::")
    assert done.exit_code == 0 and "| coq | 4 | 4 |" in done.output, done.output
    done = workspace.pants("audit", "--audit-format=json", "good::")
    assert '"schema": "fourfold.audit"' in done.output


def test_an_unknown_or_empty_selection_lists_what_exists(workspace: Workspace) -> None:
    done = workspace.pants("audit", "--audit-backend=['agdaa']", "good::")
    assert done.exit_code == 1 and "There are targets of: coq" in done.output, done.output
    done = workspace.pants("audit", "skipped::")
    assert done.exit_code == 1 and "Nothing here can be judged" in done.output, done.output


def test_versions_that_do_not_agree(workspace: Workspace) -> None:
    done = workspace.pants("audit", "--audit-agreement", "good::")
    assert done.exit_code == 0 and "2 sources judged by two versions" in done.output, done.output
    done = workspace.pants("audit", "--audit-agreement", "bad::")
    assert done.exit_code == 1 and "no source is judged by two versions" in done.output
    done = workspace.pants("audit", "--audit-agreement", "differs::")
    assert done.exit_code == 1, done.output
    assert "do not agree (coq-8.16: hard-error, coq-8.20: clean)" in done.output


def test_strict_and_a_toolchain_that_cannot_be_had(workspace: Workspace, tmp_path: Path) -> None:
    for more, code in (((), 0), (("--audit-strict",), 1)):
        done = workspace.pants(
            f"--local-store-dir={tmp_path}/store",
            f"--named-caches-dir={tmp_path}/named",
            '--toolchains-mirrors=["file:///nonexistent/"]',
            "audit",
            *more,
            "bad::",
        )
        assert done.exit_code == code, done.output
        assert document(workspace)["backends"][0]["verdicts"]["not-available"] == 2
