"""What `check`, `test` and `tailor` promise for Agda, and what an edit re-runs."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Set

import pytest
from workspace import Run, Workspace

CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = ["fourfold.backend.agda"]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]
"""
# The name differs in each run of this test, so that no cache has the library yet.
MARK = f"mark-{secrets.token_hex(8)}"
ROOT = f"""\
module Root where

open import Agda.Builtin.Equality

{MARK} : Set₁
{MARK} = Set

root : {{A : Set}} (x : A) → x ≡ x
root x = refl
"""
FILES = {
    "pants.toml": CONFIG,
    "chain/BUILD": 'agda_library(theorems=["Top.top"])\n',
    "chain/Root.agda": ROOT,
    "chain/Top.agda": (
        "module Top where\n\nopen import Root\nopen import Agda.Builtin.Equality\n\n"
        "top : {A : Set} (x : A) → x ≡ x\ntop x = root x\n"
    ),
    "open/BUILD": 'agda_library(safe=False, ious=["Iou.later"])\n',
    "open/Iou.agda": "module Iou where\n\npostulate later : Set\n",
    "endless/BUILD": "agda_library(timeout=5)\n",
    "endless/Loop.agda": (
        "module Loop where\n\nopen import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n\n"
        "up : Nat → Nat\nup zero    = 0\nup (suc n) = up n + up n\n\n"
        "claim : up 40 ≡ 0\nclaim = refl\n"
    ),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("agda") / "repository", FILES)


@pytest.fixture(scope="module")
def tested(workspace: Workspace) -> Run:
    return workspace.pants("-ldebug", "test", "chain::", "open::")


def test_libraries_pass_and_are_reported(workspace: Workspace, tested: Run) -> None:
    assert tested.exit_code == 0, tested.output[-3000:]
    assert "Fourfold: 3 clean, 2 iou-only (Iou.later)" in tested.output
    report = workspace.report("chain.Top.agda.json")
    assert report["prover"] == "agda"
    assert report["kernel_recheck"] == "re-checked"
    assert report["toolchain"]["name"] == "agda-2.6"
    (theorem,) = report["theorems"]
    assert (theorem["name"], theorem["axioms"]) == ("Top.top", [])
    assert set(report["seconds"]) == {"compile", "audit", "recheck"}


def steps(*modules: str) -> Set[str]:
    return {f"{step} {m}" for m in modules for step in ("Compile", "Audit", "Re-check")}


def steps_after(workspace: Workspace, root: str) -> Set[str]:
    """What `test` runs after the edit of the root, as in `Audit Root`."""
    workspace.write({"chain/Root.agda": root})
    done = workspace.pants("-ldebug", "test", "chain::")
    assert done.exit_code == 0, done.output[-3000:]
    words = (d.split() for d in done.executed)
    return {f"{w[0]} {w[1]}" for w in words if w[0] in ("Compile", "Audit", "Re-check")}


def test_what_an_edit_re_runs(workspace: Workspace, tested: Run) -> None:
    """An interface holds definitions whole, so that dependents see another proof too."""
    assert {"Compile Root with agda-2.6", "Compile Top with agda-2.6"} <= tested.executed
    assert steps_after(workspace, ROOT) == set()
    remark = "-- A remark.\n\n{- Another\n   one. -}\n" + ROOT.replace("= refl", "= refl  -- here")
    assert steps_after(workspace, remark) == {"Compile Root", "Re-check Root"}
    assert steps_after(workspace, ROOT.replace("root x =", "root _ =")) == steps("Root", "Top")


def test_a_timeout_fails_and_is_tried_again(workspace: Workspace) -> None:
    for _ in range(2):
        done = workspace.pants("-ldebug", "test", "endless::")
        assert done.exit_code == 1, done.output[-2000:]
        assert "endless/Loop.agda: timed out after 5 s" in done.output
        assert "Compile Loop with agda-2.6" in done.executed


def test_tailor_writes_one_target_for_a_library(tmp_path: Path) -> None:
    files = {"pants.toml": CONFIG, "lib/A.agda": "", "lib/Deep/B.lagda.md": "", "other/C.lagda": ""}
    workspace = Workspace(tmp_path / "repository", files)
    done = workspace.pants("tailor", "::")
    assert done.exit_code == 0, done.output
    assert (workspace.folder / "lib/BUILD").read_text() == "agda_library()\n"
    assert (workspace.folder / "other/BUILD").read_text() == "agda_library()\n"
    assert not (workspace.folder / "lib/Deep/BUILD").exists()
