"""What is wrong with one target is its error: the others have their verdicts in the same run."""

from __future__ import annotations

from typing import List

import pytest
from sandbox_test import REFUSING, needs_namespaces
from workspace import Run, Workspace

HONEST = "Lemma claim : True.\nProof. exact I. Qed.\n"
LONG = "f" * 250
FILES = {
    "good/BUILD": "coq_theory()\n",
    "good/main.v": HONEST,
    f"long/{LONG}.v": HONEST,
    "long/BUILD": "coq_theory()\n",
    "misnamed/BUILD": 'coq_theory(logical_name="1 bad")\n',
    "misnamed/main.v": HONEST,
    "mistyped/BUILD": "coq_theory(theorems=5)\n",
    "mistyped/main.v": HONEST,
    "misspelt/BUILD": (
        'coq_theory(name="theory", skip_prover=True)\n'
        'expected_verdict(name="verdict", module=["./main.v:theory"], verdict="claen")\n'
        'expected_verdict(name="absent", module=["./gone.v:theory"], verdict="clean")\n'
    ),
    "misspelt/main.v": HONEST,
    # Two libraries of one name, each right by itself; `both` rests on the one and the other.
    "first/BUILD": 'coq_theory(logical_name="twin")\n',
    "first/base.v": HONEST,
    "second/BUILD": 'coq_theory(logical_name="twin")\n',
    "second/base.v": "Definition other := 0.\n" + HONEST,
    "users/BUILD": (
        'coq_theory(name="one", sources=["one.v"], dependencies=["first/base.v"])\n'
        'coq_theory(name="two", sources=["two.v"], dependencies=["second/base.v"])\n'
        'coq_theory(name="both", sources=["both.v"])\n'
    ),
    "users/one.v": "Require twin.base.\nDefinition one := twin.base.claim.\n",
    "users/two.v": "Require twin.base.\nDefinition two := twin.base.claim.\n",
    "users/both.v": "Require users.one users.two.\nDefinition both := users.one.one.\n",
    "blocked/BUILD": "coq_theory()\n",
    "blocked/main.v": HONEST,
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("one_error") / "repository", FILES)
    (made.folder / "dist/fourfold/blocked.main.v.json").mkdir(parents=True)
    return made


@pytest.fixture(scope="module")
def done(workspace: Workspace) -> Run:
    return workspace.pants("test", "::")


def messages(workspace: Workspace, name: str) -> List[str]:
    report = workspace.report(f"{name}.json")
    assert report["verdict"] == "hard-error", report
    return report["messages"]  # type: ignore[return-value]


def test_every_other_target_has_its_verdict(workspace: Workspace, done: Run) -> None:
    assert done.exit_code == 1, done.output
    for name in ("good.main.v", "first.base.v", "users.one.v.one", "users.two.v.two"):
        assert workspace.report(f"{name}.json")["verdict"] == "clean"


def test_a_long_address_has_a_report(workspace: Workspace, done: Run) -> None:
    (path,) = (workspace.folder / "dist/fourfold").glob("long.ff*")
    assert '"verdict": "clean"' in path.read_text()


def test_a_report_that_cannot_be_written_fails_its_target(done: Run) -> None:
    assert "its report cannot be written to dist/fourfold/blocked.main.v.json" in done.output
    assert "✕ blocked/main.v failed" in done.output


def test_fields_are_checked_by_the_target_s_own_test(workspace: Workspace, done: Run) -> None:
    (said,) = messages(workspace, "misnamed.main.v")
    assert "must be a Coq logical name such as `Lib.Part`, but is '1 bad'" in said
    (said,) = messages(workspace, "mistyped.main.v")
    assert "'theorems' field" in said and "must be an iterable of strings" in said
    (said,) = messages(workspace, "misspelt.verdict")
    assert "must be one of" in said and "'claen'" in said
    (said,) = messages(workspace, "misspelt.absent")
    assert "names what is not there" in said and "gone.v" in said


def test_two_files_of_one_name_fail_who_rests_on_both(workspace: Workspace, done: Run) -> None:
    assert messages(workspace, "users.both.v.both")
    assert "Coq!" not in done.output and "\x00" not in done.output


@needs_namespaces
def test_isolation_can_be_required(workspace: Workspace) -> None:
    plain = workspace.pants("test", "good/main.v", prefix=REFUSING)
    assert plain.exit_code == 0, plain.output
    assert "Fourfold: 1 clean; 1 verdict without isolation" in plain.output
    asked = workspace.pants(
        "--fourfold-require-isolation", "test", "good/main.v", prefix=REFUSING
    )
    assert "Fourfold: 1 not-available" in asked.output and asked.exit_code == 0
    assert "--security-opt seccomp=unconfined" in asked.output
    strict = workspace.pants("--fourfold-strict", "test", "good/main.v", prefix=REFUSING)
    assert strict.exit_code == 1 and "Fourfold: 1 not-available" in strict.output
    excused = workspace.pants(
        "--fourfold-strict", "--no-fourfold-require-isolation", "test", "good/main.v",
        prefix=REFUSING,
    )  # fmt: skip
    assert excused.exit_code == 0 and "1 verdict without isolation" in excused.output
