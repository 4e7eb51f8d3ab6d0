"""What is concluded from an audit's answer; the answers are written here, in place of Lean's."""

from __future__ import annotations

from typing import Any

import pytest
from pants.build_graph.address import Address

from fourfold.backend.lean.judge import _judged
from fourfold.backend.lean.target_types import LEAN
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.prover.judgement import Findings

LATER = {"name": "later", "statement": "(admitted)", "admitted": True, "home": "M"}
HIDDEN = {**LATER, "name": "later._more"}
PROPEXT = {"name": "propext", "home": "Init.Core"}
DEFAULTS = ("propext", "Quot.sound", "Classical.choice")


def judged(
    constants: dict[str, list[dict[str, Any]]],
    fields: dict[str, Any],
    kinds: dict[str, str] | None = None,
    **more: Any,
) -> Report:
    target = LEAN.module({"source": "M.lean", **fields}, Address("lib", target_name="m"))
    answer = {
        "constants": constants, "kinds": kinds or dict.fromkeys(constants, "theorem"),
        "mentions": {}, "uses": {}, "outside": [], "wrong_statements": {}, "refused": "", **more,
    }
    facts = dict(target="lib:m", prover="lean", toolchain="lean-4")
    return _judged(Findings(target, "M", facts), answer, ("M", "Other"), DEFAULTS).report


def test_without_lean_a_proof_with_the_usual_axioms_is_clean() -> None:
    report = judged({"claim": [PROPEXT]}, {"theorems": ["claim"]})
    assert report.verdict is Verdict.CLEAN and report.kernel_recheck == "re-checked"


@pytest.mark.parametrize("axioms", [["later"], ["*"], ["sorryAx"]])
def test_without_lean_no_entry_of_axioms_permits_a_sorry(axioms: list[str]) -> None:
    report = judged({"claim": [LATER]}, {"axioms": axioms})
    assert report.verdict is Verdict.HARD_ERROR
    (said,) = report.messages
    assert 'add "later" to `ious` in lib/BUILD; no entry of `axioms` permits it' in said


def test_without_lean_an_iou_is_one_exact_name() -> None:
    fields = {"ious": ["later"]}
    assert judged({"claim": [LATER]}, fields).verdict is Verdict.IOU_ONLY
    assert judged({"claim": [LATER, HIDDEN]}, fields).verdict is Verdict.HARD_ERROR


def test_without_lean_a_claim_is_met_by_a_theorem() -> None:
    report = judged({"claim": []}, {"theorems": ["claim"]}, {"claim": "a definition"})
    assert report.verdict is Verdict.HARD_ERROR
    assert report.messages[0].startswith("the theorem claim is a definition: ")


def test_without_lean_a_failed_re_check_is_the_one_reason() -> None:
    report = judged({"claim": []}, {"theorems": ["claim"]}, {}, refused="the kernel refuses claim")
    assert report.verdict is Verdict.HARD_ERROR and report.kernel_recheck == "re-check failed"
    assert report.messages == ("M: the re-check failed: the kernel refuses claim",)


def test_without_lean_a_claim_that_a_module_meets_is_its_own_whatever_its_name() -> None:
    fields = {"statements": {"Other.claim": "False"}}
    wrong = {"Other.claim": "type mismatch"}
    report = judged({"Other.claim": []}, fields, wrong_statements=wrong)
    assert report.verdict is Verdict.HARD_ERROR
    assert "does not prove the statement `False`" in report.messages[0]
    report = judged({"Other.claim": []}, fields, {"Other.claim": "a definition"})
    assert "the theorem Other.claim is a definition" in report.messages[0]
