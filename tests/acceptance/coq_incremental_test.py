"""Which processes a change re-runs, counted from Pants' own log."""

from __future__ import annotations

import os
import re
import secrets
import signal
from typing import Set

import pytest
from workspace import Workspace

# The name differs in each run of this test, so that no cache has the theory yet.
ROOT = f"""\
Definition mark_{secrets.token_hex(8)} := tt.
Ltac finish := auto.
Lemma root (n : nat) : n = n.
Proof. finish. Qed.
Module Type Point. Parameter x : nat. End Point.
Module Facts (P : Point).
  Lemma fact : P.x = P.x.
  Proof. auto. Qed.
End Facts.
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
    # The proof of an instantiated functor's lemma lies with the functor, in root.
    "chain/instance.v": (
        "From chain Require Import root.\nModule One. Definition x := 1. End One.\n"
        "Module Ones := Facts One.\nLemma one : 1 = 1.\nProof. exact Ones.fact. Qed.\n"
    ),
}
MODULES = ("root", "middle", "top", "instance")


STEPS = ("Compile", "Audit", "Re-check", "Check independently")


def steps(*modules: str) -> Set[str]:
    return {f"{step} chain.{m}" for m in modules for step in STEPS}


# Audit and re-check of an instance need the functor's proofs, so they follow their changes.
WHOLE = {f"{step} chain.instance whole" for step in ("Audit", "Re-check")}
EVERYTHING = steps(*MODULES) | WHOLE


def executed(workspace: Workspace, *args: str) -> Set[str]:
    """The steps that `test` ran just now, as in `Audit chain.root`."""
    done = workspace.pants("-ldebug", *args, "test", "chain::")
    assert done.exit_code == 0, done.output[-2000:]
    assert "Fourfold: 5 clean" in done.output
    return {
        d.split(" with ")[0] + (" whole" if d.endswith("and its whole closure") else "")
        for d in done.executed
        if " chain." in d
    }


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Four modules, of which one uses a tactic of the root; tested once."""
    workspace = Workspace(tmp_path_factory.mktemp("incremental") / "repository", FILES)
    assert executed(workspace) == EVERYTHING
    return workspace


def edited(workspace: Workspace, old: str, new: str) -> Set[str]:
    """What an edit of the root re-runs."""
    assert ROOT.replace(old, new) != ROOT
    workspace.write({"chain/root.v": ROOT.replace(old, new)})
    return executed(workspace)


def test_a_second_run_executes_no_process_at_all(workspace: Workspace) -> None:
    workspace.write(FILES)
    done = workspace.pants("-ldebug", "test", "chain::")
    # Whether bubblewrap works is asked in each session: it is a fact about the machine.
    assert done.executed - {"Try bubblewrap", "Ask apt for its mirrors"} == set()


def test_a_comment_and_the_same_proof_compile_their_own_file_only(workspace: Workspace) -> None:
    new = "(* a remark\n   of two lines *) Proof. idtac; now trivial."
    assert edited(workspace, "Proof. finish.", new) == {"Compile chain.root"}


def test_another_proof_re_runs_the_steps_of_its_own_file(workspace: Workspace) -> None:
    new = "Proof. now destruct n."
    assert edited(workspace, "Proof. finish.", new) == steps("root") | WHOLE


def test_a_proof_edit_re_runs_no_rule_of_a_dependent(workspace: Workspace) -> None:
    """In a daemon: not even to find that a cache has the process."""
    text = ROOT.replace("Proof. finish.", "Proof. now induction n.")
    options = ("-ldebug", "--pantsd", "check", "chain::")
    try:
        for written in (ROOT, text):
            workspace.write({"chain/root.v": written})
            done = workspace.pants(*options)
            assert done.exit_code == 0, done.output[-2000:]
    finally:
        for path in workspace.folder.glob(".pids/*/pantsd/pid"):
            os.kill(int(path.read_text()), signal.SIGTERM)
    assert {d for d in done.executed if "chain" in d} == {"Compile chain.root with coq-8.20"}
    rules = re.findall(r"Starting: Compile a Coq module - (chain/\S+)", done.output)
    assert rules == ["chain/root.v"]


def test_a_new_axiom_under_a_proof_is_found_in_the_dependents(workspace: Workspace) -> None:
    """The dependents' own steps do not run again, and their verdict changes all the same."""
    text = ROOT.replace("Lemma root", "Axiom gap : forall n : nat, n = n.\nLemma root")
    workspace.write({"chain/root.v": text})
    workspace.pants("test", "chain::")
    assert workspace.report("chain.top.v.json")["verdict"] == "clean"
    workspace.write({"chain/root.v": text.replace("Proof. finish.", "Proof. apply gap.")})
    done = workspace.pants("-ldebug", "test", "chain::")
    assert not {d for d in done.executed if d.startswith("Audit chain.middle ")}
    for module in ("root", "middle", "top"):
        report = workspace.report(f"chain.{module}.v.json")
        assert report["verdict"] == "hard-error", report
        assert "chain.root.gap" in " ".join(report["messages"])


def test_a_statement_re_runs_the_dependents(workspace: Workspace) -> None:
    new = "Lemma more : True.\nProof. exact I. Qed.\nLemma root"
    assert edited(workspace, "Lemma root", new) == EVERYTHING


def test_a_tactic_re_runs_the_dependents(workspace: Workspace) -> None:
    assert edited(workspace, ":= auto", ":= eauto") == EVERYTHING


def test_whole_closures_on_request(workspace: Workspace) -> None:
    workspace.write(FILES)
    found = executed(workspace, "--coq-whole-closures")
    # The root imports nothing: its closure is itself, and known.
    assert found == {f"{step} chain.{m} whole" for m in MODULES[1:3] for step in STEPS[1:]} | {
        "Check independently chain.instance whole"
    }
