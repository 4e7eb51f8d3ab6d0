"""Which processes a change re-runs, counted from Pants' own log."""

from __future__ import annotations

import secrets
from typing import Set

import pytest
from workspace import Workspace

# The name differs in each run of this test, so that no cache has the theory yet.
ROOT = f"""\
Definition mark_{secrets.token_hex(8)} := tt.
Ltac finish := auto.
Lemma root (n : nat) : n = n.
Proof. finish. Qed.
"""
FILES = {
    "chain/BUILD": "coq_theory()\n",
    "chain/root.v": ROOT,
    "chain/middle.v": (
        "From chain Require Import root.\nLemma middle : 1 = 1.\nProof. apply root. Qed.\n"
    ),
    "chain/top.v": (
        "From chain Require Import root middle.\n"
        "Lemma top : 1 = 1 /\\ 2 = 2.\nProof. split; [exact middle | finish]. Qed.\n"
    ),
}
EVERYTHING = {"chain.root", "chain.middle", "chain.top"}


def compiled(workspace: Workspace) -> Set[str]:
    """The modules that `check` compiled just now."""
    done = workspace.pants("-ldebug", "check", "chain::")
    assert done.exit_code == 0, done.output[-2000:]
    return {d.split()[1] for d in done.executed if d.startswith("Compile chain.")}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three modules, the last of which uses a tactic of the first; compiled once."""
    workspace = Workspace(tmp_path_factory.mktemp("incremental") / "repository", FILES)
    assert compiled(workspace) == EVERYTHING
    return workspace


def edited(workspace: Workspace, old: str, new: str) -> Set[str]:
    """What an edit of the compiled root re-runs."""
    assert ROOT.replace(old, new) != ROOT
    workspace.write({"chain/root.v": ROOT.replace(old, new)})
    return compiled(workspace)


def test_a_second_run_executes_no_process_at_all(workspace: Workspace) -> None:
    workspace.write(FILES)
    done = workspace.pants("-ldebug", "check", "chain::")
    # Whether bubblewrap works is asked in each session: it is a fact about the machine.
    assert done.executed - {"Try bubblewrap", "Ask apt for its mirrors"} == set()


def test_a_comment_and_a_proof_re_run_their_own_file(workspace: Workspace) -> None:
    new = "(* a remark\n   of two lines *) Proof. idtac; now trivial."
    assert edited(workspace, "Proof. finish.", new) == {"chain.root"}


def test_a_statement_re_runs_the_dependents(workspace: Workspace) -> None:
    new = "Lemma more : True.\nProof. exact I. Qed.\nLemma root"
    assert edited(workspace, "Lemma root", new) == EVERYTHING


def test_a_tactic_re_runs_the_dependents(workspace: Workspace) -> None:
    assert edited(workspace, ":= auto", ":= eauto") == EVERYTHING
