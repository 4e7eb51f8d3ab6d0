"""What `check`, `test`, `tailor` and `help` promise for Coq."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from workspace import REPOSITORY, Run, Workspace

PROJECTS = REPOSITORY / "tests/projects/coq"

FILES = {
    "good/lemmas.v": "Lemma addn0 (n : nat) : n + 0 = n.\nProof. now induction n. Qed.\n",
    "good/main.v": (
        "From good Require Import lemmas.\n"
        "Lemma twice (n : nat) : n + 0 + 0 = n.\nProof. now rewrite !addn0. Qed.\n"
    ),
    "good/BUILD": 'coq_theory(theorems=["good.main.twice"])\n',
    "bad/base.v": "Axiom gap : False.\n",
    "bad/middle.v": "Require Import base.\nLemma step : 0 = 1.\nProof. destruct gap. Qed.\n",
    "bad/main.v": (
        "Require Import middle.\nLemma claim : 1 = 0.\nProof. symmetry. exact step. Qed.\n"
    ),
    "bad/BUILD": "coq_theory()\n",
    "open/main.v": "Lemma later (n : nat) : n * 0 = 0.\nProof.\nAdmitted.\n",
    "open/BUILD": 'coq_theory(ious=["open.main.later"])\n',
    "unchecked/base.v": "Lemma base : True.\nProof. exact I. Qed.\n",
    "unchecked/user.v": "Require unchecked.base.\nDefinition user := unchecked.base.base.\n",
    "unchecked/BUILD": 'coq_theory(overrides={"base.v": {"recheck": False}})\n',
    "ground/ring.v": (PROJECTS / "hole_permitted/fault.v").read_text(),
    "ground/user.v": "Require ring.\nLemma claim : 0 = 1.\nProof. destruct ring.absurd. Qed.\n",
    "ground/BUILD": (
        'coq_theory(overrides={"ring.v": {"permits": ["nested-cofix", "fixpoint"]}})\n'
    ),
    "broken/main.v": "Lemma claim : 0 = 1.\nProof. reflexivity. Qed.\n",
    "broken/user.v": "From broken Require Import main.\n",
    "broken/BUILD": "coq_theory()\n",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("verdicts") / "repository", FILES)


@pytest.fixture(scope="module")
def good(workspace: Workspace) -> Run:
    return workspace.pants("test", "--test-report", "good::", "open::")


@pytest.fixture(scope="module")
def bad(workspace: Workspace) -> Run:
    return workspace.pants("test", "--test-report", "bad::", "broken::")


def test_good_theories_pass(good: Run) -> None:
    assert good.exit_code == 0, good.output
    assert "✓ good/lemmas.v succeeded" in good.output
    assert "✓ good/main.v succeeded" in good.output
    assert "Fourfold: 3 clean, 2 iou-only (open.main.later)" in good.output


def test_reports_are_written(workspace: Workspace, good: Run) -> None:
    report = workspace.report("good.main.v.json")
    assert report["schema"] == 1
    assert report["verdict"] == "clean"
    assert report["prover"] == "coq"
    assert report["kernel_recheck"] == "re-checked"
    assert report["isolation"] in ("bubblewrap", "none")
    assert report["toolchain"]["name"] == "coq-8.20"
    assert len(report["toolchain"]["digest"]) == 64
    (theorem,) = report["theorems"]
    assert (theorem["name"], theorem["axioms"]) == ("good.main.twice", [])
    assert theorem["kind"] == "theorem" and "Coq.Init.Nat.add" in theorem["mentions"]
    assert set(report["seconds"]) == {"compile", "audit", "recheck", "independent check"}
    said = {w["witness"]: w["said"] for w in report["witnesses"]}
    assert said["same kernel again"] == "re-checked" and said["independent check"] == "accepted"
    assert report["grounds"] == []
    open_ious = workspace.report("open.main.v.json")
    assert open_ious["verdict"] == "iou-only"
    assert open_ious["ious"] == ["open.main.later"]


def test_junit_reports_are_written(workspace: Workspace, good: Run, bad: Run) -> None:
    folder = workspace.folder / "dist/test/reports"
    cases = [c for f in folder.rglob("*.xml") for c in ElementTree.parse(f).iter("testcase")]
    failed = {c.get("name"): c.find("failure") is not None for c in cases}
    expected = {"good/lemmas.v": False, "good/main.v": False, "open/main.v": False}
    assert {name: failed.get(name) for name in expected} == expected
    assert failed.get("bad/main.v") is True


def test_what_is_not_re_checked_is_said_of_all_that_rests_on_it(workspace: Workspace) -> None:
    done = workspace.pants("test", "unchecked::")
    assert done.exit_code == 0, done.output
    for module in ("base", "user"):
        report = workspace.report(f"unchecked.{module}.v.json")
        assert report["kernel_recheck"] == "re-check: not of unchecked.base"
    assert "re-checked" not in done.output


def test_what_rests_on_a_known_hole_says_so(workspace: Workspace) -> None:
    grounds = {"fixpoint (ground.ring.wither)", "nested-cofix (ground.ring.ring)"}
    done = workspace.pants("test", "ground::")
    assert done.exit_code == 0, done.output
    for module in ("ring", "user"):
        report = workspace.report(f"ground.{module}.v.json")
        assert set(report["grounds"]) == grounds
        assert report["witnesses"][-1]["said"] == "accepted, on a known hole's ground"
        assert "rocq-20413" in report["known_holes"]
    assert "clean, on a known hole's ground: fixpoint (ground.ring.wither)" in done.output
    option = "--fourfold-witnesses=['independent', 're-check']"
    required = workspace.pants(option, "test", "unchecked::")
    assert required.exit_code == 1
    assert "`[fourfold].witnesses` requires a re-check" in required.output


def test_a_bad_theory_fails_with_theorem_axiom_path_and_remedy(bad: Run) -> None:
    assert bad.exit_code == 1, bad.output
    assert "✕ bad/main.v failed" in bad.output
    assert "bad.main.claim rests on the axiom bad.base.gap : False" in bad.output
    assert "Reached by: bad.main.claim -> bad.middle.step -> bad.base.gap" in bad.output
    assert 'add "bad.base.gap" to `axioms` in bad/BUILD' in bad.output


def test_a_failed_import_is_reported_once(bad: Run) -> None:
    assert bad.output.count("Unable to unify") == 1, bad.output
    assert "not checked: import broken.main (broken/main.v) failed" in bad.output
    assert "Fourfold: 7 hard-error" in bad.output


def test_check_of_one_file_says_why_its_import_failed(workspace: Workspace) -> None:
    done = workspace.pants("check", "broken/user.v")
    assert done.exit_code == 1, done.output
    said = 'not checked: import broken.main (broken/main.v) failed. broken/main.v: File "./broken/'
    assert said in done.output and done.output.count("Unable to unify") == 1, done.output


def test_check_compiles_and_asks_no_axioms(workspace: Workspace) -> None:
    done = workspace.pants("check", "good::", "bad::", "broken::")
    assert done.exit_code == 1, done.output
    assert "compiled 5 modules" in done.output
    assert 'File "./broken/main.v", line 2' in done.output
    assert "rests on the axiom" not in done.output


def test_tailor_writes_one_target_for_a_theory(tmp_path: Path) -> None:
    files = {"theory/a.v": "", "theory/deep/b.v": "", "other/c.v": ""}
    workspace = Workspace(tmp_path / "repository", files)
    done = workspace.pants("tailor", "::")
    assert done.exit_code == 0, done.output
    assert (workspace.folder / "theory/BUILD").read_text() == "coq_theory()\n"
    assert (workspace.folder / "other/BUILD").read_text() == "coq_theory()\n"
    assert not (workspace.folder / "theory/deep/BUILD").exists()


def test_tailor_writes_valid_targets_or_says_why_not(tmp_path: Path) -> None:
    honest = "Lemma claim : True.\nProof. exact I. Qed.\n"
    sources = {
        "my-theory/m.v": honest,
        "2nd/n.v": "Require Import o.\n" + honest,
        "2nd/o.v": honest,
        "2nd/3-bad.v": honest,
        "mixed/proof.v": honest,
        "mixed/adder.v": "module adder(input a, output b);\n  assign b = a;\nendmodule\n",
        "rtl/top.v": "`timescale 1ns/1ps\nmodule top; endmodule\n",
        "at_root.v": honest,
    }
    workspace = Workspace(tmp_path / "repository", sources)
    done = workspace.pants("tailor", "::")
    assert done.exit_code == 0, done.output
    build = {p.parent.name: p.read_text() for p in workspace.folder.glob("*/BUILD")}
    assert 'logical_name="my_theory"' in build["my-theory"]
    assert 'logical_name="L2nd"' in build["2nd"] and '"!3-bad.v"' in build["2nd"]
    assert "No target for 2nd/3-bad.v: `3-bad` is no name of a module in Coq" in done.output
    root = (workspace.folder / "BUILD").read_text()
    assert 'name="root"' in root and 'logical_name="repository"' in root
    assert all(f'"!{f}"' in root for f in ("mixed/adder.v", "rtl/top.v", "2nd/o.v"))
    assert set(build) == {"my-theory", "2nd"}
    tested = workspace.pants("test", "::")
    assert tested.exit_code == 0, tested.output
    assert "8 clean" in tested.output


def test_help_describes_the_target(workspace: Workspace) -> None:
    done = workspace.pants("help", "coq_theory")
    assert done.exit_code == 0, done.output
    for field in ("logical_name", "axioms", "ious", "theorems", "statements", "toolchain"):
        assert field in done.output


COQ_PROJECT = """\
-R theories Lib
-Q theories/tests Lib.Tests
-arg -w -arg -notation-overridden
-arg -set -arg "'Default Goal Selector=!'"
-arg -type-in-type
"""


def test_tailor_takes_over_a_coq_project(tmp_path: Path) -> None:
    """What coq_makefile builds is built as it is, but for what a target may not ask for."""
    workspace = Workspace(
        tmp_path / "w",
        {
            "_CoqProject": COQ_PROJECT,
            "theories/base.v": "Definition one := 1.\n",
            "theories/deep/user.v": "From Lib Require Import base.\nDefinition two := one + one.\n",
            "theories/tests/test.v": (
                "From Lib Require Import user.\n"
                "Goal two = 2 /\\ True. Proof. split. - reflexivity. - exact I. Qed.\n"
            ),
        },
    )
    done = workspace.pants("tailor", "::")
    assert done.exit_code == 0, done.output
    assert "-type-in-type" in done.output and "are not taken over" in done.output
    checked = workspace.pants("check", "::")
    assert checked.exit_code == 0, checked.output
    assert "[WARN]" not in checked.output
    again = workspace.pants("tailor", "--check", "::")
    assert again.exit_code == 0, again.output


def test_a_library_that_is_not_selected_is_said_once(tmp_path: Path) -> None:
    requires = "From mathcomp Require Import ssreflect.\nFrom mathcomp Require Import ssrbool.\n"
    workspace = Workspace(
        tmp_path / "w", {"lib/BUILD": "coq_theory()\n", "lib/a.v": requires + "Require Import b.\n"}
    )
    done = workspace.pants("check", "lib/a.v")
    assert done.exit_code == 1
    assert done.output.count("are in libraries of coq-8.20: set libraries=") == 1, done.output
    assert "and 1 more" in done.output
    assert "did you mean Coq.ssr" not in done.output
