from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from fourfold.core.policy import Assumption, AxiomPolicy, apply_policy
from fourfold.core.report import (
    Report,
    TheoremReport,
    recheck_summary,
    to_json,
    to_junit_xml,
    totals,
)
from fourfold.core.verdict import Verdict, exit_code

AX = Assumption("M.ax", "False")


def test_exit_codes() -> None:
    assert exit_code(Verdict.CLEAN, strict=True) == 0
    assert exit_code(Verdict.IOU_ONLY, strict=True) == 0
    assert exit_code(Verdict.HARD_ERROR, strict=False) == 1
    assert exit_code(Verdict.NOT_AVAILABLE, strict=False) == 0
    assert exit_code(Verdict.NOT_AVAILABLE, strict=True) == 1


def test_strict_excuses_what_the_machine_is_known_to_lack() -> None:
    def code(verdict: Verdict, *missing: str) -> int:
        return exit_code(verdict, strict=True, lacks=("iree-cuda", "lean-4"), missing=missing)

    assert code(Verdict.NOT_AVAILABLE, "iree-cuda") == 0
    assert code(Verdict.NOT_AVAILABLE, "iree-cuda", "lean-4") == 0
    assert code(Verdict.NOT_AVAILABLE, "iree-cuda", "jax-cpu") == 1
    assert code(Verdict.NOT_AVAILABLE) == 1
    assert code(Verdict.HARD_ERROR, "iree-cuda") == 1


def test_what_is_missing_is_the_toolchain_unless_named() -> None:
    def missing(verdict: Verdict, **more: Any) -> tuple[str, ...]:
        report = Report("a:b", "coq", verdict, toolchain="coq-8.20", **more)
        assert json.loads(to_json(report))["missing"] == list(report.missing)
        return report.missing

    assert missing(Verdict.NOT_AVAILABLE) == ("coq-8.20",)
    assert missing(Verdict.NOT_AVAILABLE, lacking=("iree-cuda",)) == ("iree-cuda",)
    assert missing(Verdict.CLEAN, lacking=("iree-cuda",)) == ()
    assert Report("a:b", "coq", Verdict.NOT_AVAILABLE).missing == ()


def test_policy_forbids_what_it_does_not_name() -> None:
    result = apply_policy(AxiomPolicy(), {"M.t": [AX]})
    assert result.forbidden == (AX,) and result.refusals == ("M.ax is not permitted",)
    assert not apply_policy(AxiomPolicy(axioms=("M.*",)), {"M.t": [AX]}).refusals
    assert not apply_policy(AxiomPolicy(), {"M.t": []}).refusals


def test_no_policy_permits_a_bypassed_check() -> None:
    unsafe = Assumption("M.f", unsafe="guard")
    result = apply_policy(AxiomPolicy(axioms=("*",), ious=("M.f",)), {"M.t": [unsafe]})
    assert result.forbidden == (unsafe,) and result.refusals


def test_an_admitted_proof_is_permitted_as_an_iou_alone() -> None:
    later = {"M.t": [Assumption("M.later", admitted=True)]}
    assert apply_policy(AxiomPolicy(("M.later", "*")), later).refusals
    permitted = apply_policy(AxiomPolicy(ious=("M.later",)), later)
    assert permitted.open_ious == ("M.later",) and not permitted.refusals


def test_like_named_axioms_of_two_files_are_two() -> None:
    here, there = Assumption("M.b.ax", home="M"), Assumption("M.b.ax", home="M.b")
    assert apply_policy(AxiomPolicy(), {"M.t": [here, there]}).forbidden == (here, there)


def test_ious_are_named_and_must_be_open() -> None:
    policy = AxiomPolicy(ious=("M.ax",))
    assert apply_policy(policy, {"M.t": [AX]}, own=["M.ax"]).open_ious == ("M.ax",)
    proved = apply_policy(policy, {"M.t": []}, own=["M.ax"])
    assert proved.drifted_ious == ("M.ax",) and proved.refusals
    elsewhere = apply_policy(policy, {"N.t": []}, own=["N.t"])
    assert not elsewhere.refusals


def test_json_and_summary() -> None:
    report = Report(
        "a:b",
        "coq",
        Verdict.CLEAN,
        toolchain="lean-4",
        toolchain_version="Lean 4.0.0",
        toolchain_lock="own.lock",
        theorems=(TheoremReport("M.t", ("ax",), "theorem", ("M.f",)),),
        seconds=(("x", 1.0),),
    )
    data = json.loads(to_json(report))
    assert data["schema"] == 1 and data["verdict"] == "clean"
    assert data["toolchain"] == {
        "name": "lean-4",
        "digest": "",
        "version": "Lean 4.0.0",
        "lock": "own.lock",
    }
    assert data["theorems"] == [
        {"name": "M.t", "axioms": ["ax"], "kind": "theorem", "mentions": ["M.f"]}
    ]
    assert report.summary() == "clean: 1 constant, 1 axiom"


def test_json_and_summary_of_a_numeric_check() -> None:
    cited = TheoremReport("coq:M.t", ("ax",))
    report = Report(
        "a:b",
        "finite-differences",
        Verdict.CLEAN,
        citations=(cited,),
        counts=("2 checks",),
        evidence={"step": 1e-6},
    )
    data = json.loads(to_json(report))
    assert [c["name"] for c in data["citations"]] == ["coq:M.t"]
    assert data["evidence"] == {"step": 1e-6} and data["theorems"] == []
    assert report.summary() == "clean: 2 checks"


def test_junit_survives_what_xml_cannot_hold() -> None:
    report = Report("a:b", "coq", Verdict.HARD_ERROR, messages=("bad \x00\x1b text <&>",))
    case = ElementTree.fromstring(to_junit_xml(report))[0]
    assert case[0].tag == "failure" and "text <&>" in (case[0].text or "")


def test_totals_count_what_was_skipped() -> None:
    reports = [
        Report("a", "coq", Verdict.CLEAN),
        Report("b", "coq", Verdict.NOT_AVAILABLE),
        Report("c", "coq", Verdict.IOU_ONLY, ious=("M.l",)),
    ]
    assert totals(reports) == "Fourfold: 1 clean, 1 iou-only (M.l), 1 not-available"
    open_to_all = Report("d", "coq", Verdict.CLEAN, isolation="none")
    absent = Report("e", "coq", Verdict.NOT_AVAILABLE, isolation="none")
    assert totals([*reports, open_to_all, absent]) == (
        "Fourfold: 2 clean, 1 iou-only (M.l), 2 not-available; 1 verdict without isolation"
    )
    assert totals([]) == "Fourfold: nothing was checked"


def test_totals_count_what_no_second_kernel_checked() -> None:
    def report(verdict: Verdict, *unchecked: str) -> Report:
        return Report("a", "coq", verdict, kernel_recheck=recheck_summary(unchecked))

    found = [report(Verdict.CLEAN), report(Verdict.CLEAN, "M"), report(Verdict.HARD_ERROR, "M")]
    assert totals(found) == "Fourfold: 2 clean, 1 hard-error; 1 verdict without re-check"
    assert [r.kernel_recheck for r in found] == ["re-checked", *["re-check: not of M"] * 2]
    assert recheck_summary("ABCDE") == "re-check: not of A, B, C and 2 more"
