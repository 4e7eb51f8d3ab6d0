"""What a prover may use besides time: each limit ends that target alone, and says which it was."""

from __future__ import annotations

import pytest
from workspace import Run, Workspace

PRINTS = 'Ltac forever := idtac "{}"; forever.\nLemma l : True.\nProof. forever. exact I. Qed.\n'
FILES = {
    "prints/main.v": PRINTS.format("x" * 1000),
    "grows/main.v": (
        "Fixpoint double (n : nat) (l : list nat) :=\n"
        "  match n with O => l | S m => double m (l ++ l) end.\n"
        "Definition d := Eval vm_compute in length (double 40 (cons 0 nil)).\n"
    ),
    # What a file prints says nothing of why Coq refused it.
    "false/main.v": 'Lemma l : False.\nProof. idtac "Out of memory". exact I. Qed.\n',
    "killed/main.v": 'Lemma l : False.\nProof. idtac "Killed". fail "timed out". Qed.\n',
    "true/main.v": 'Lemma l : True.\nProof. idtac "Out of memory". exact I. Qed.\n',
    **{
        f"{name}/BUILD": "coq_theory()\n"
        for name in ("prints", "grows", "false", "killed", "true")
    },
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("limits") / "repository", FILES)


@pytest.fixture(scope="module")
def done(workspace: Workspace) -> Run:
    return workspace.pants("--fourfold-memory-limit=600MiB", "test", "::")


def messages(workspace: Workspace, name: str) -> str:
    return "\n".join(workspace.report(f"{name}.main.v.json")["messages"])


def test_each_limit_is_that_targets_error_alone(workspace: Workspace, done: Run) -> None:
    assert done.exit_code == 1 and "Fourfold: 2 clean, 8 hard-error" in done.output
    assert workspace.report("true.main.v.json")["verdict"] == "clean"


def test_endless_output_is_stopped_and_not_shown(workspace: Workspace, done: Run) -> None:
    assert "printed more than 64 MiB, which is the limit" in messages(workspace, "prints")
    assert len(done.output) < 100_000


def test_memory_without_bound_is_stopped(workspace: Workspace, done: Run) -> None:
    said = messages(workspace, "grows")
    assert "took more than 0.585938 GiB of memory" in said and "[fourfold].memory_limit" in said


@pytest.mark.parametrize("name, reason", [("false", '"True" while'), ("killed", "timed out")])
def test_a_false_proof_is_one_whatever_it_prints(
    workspace: Workspace, done: Run, name: str, reason: str
) -> None:
    said = messages(workspace, name)
    assert said.startswith(f'File "./{name}/main.v", line 2') and reason in said
    assert "for lack of memory" not in said
