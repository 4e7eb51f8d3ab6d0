from __future__ import annotations

from fourfold.core.independent import (
    INDEPENDENT,
    RECHECK,
    IndependentCheck,
    ground_summary,
    lacking,
    together,
)
from fourfold.core.report import Report, as_json
from fourfold.core.verdict import Verdict

ACCEPTED = IndependentCheck(judged=(("fixpoints", 2),), not_judged=("typing",))
PERMITTED = IndependentCheck(grounds=("nested-cofix (Lib.a.ring)",), judged=(("fixpoints", 1),))
REFUSED = IndependentCheck(refused=True)


def test_a_passing_verdict_says_on_what_ground_it_stands() -> None:
    report = Report("a", "coq", Verdict.CLEAN, kernel_recheck="re-checked", independent=PERMITTED)
    said = "clean, on a known hole's ground: nested-cofix (Lib.a.ring): re-checked"
    assert report.summary() == said
    assert as_json(report)["grounds"] == ["nested-cofix (Lib.a.ring)"]
    failed = Report("a", "coq", Verdict.HARD_ERROR, independent=PERMITTED)
    assert failed.summary() == "hard-error"
    assert ground_summary(()) == ""
    assert ground_summary("abcde") == ", on a known hole's ground: a, b, c and 2 more"


def test_a_report_says_what_judged_a_proof_and_what_did_not() -> None:
    def said(check: IndependentCheck | None) -> str:
        report = Report("a", "coq", Verdict.CLEAN, kernel_recheck="re-checked", independent=check)
        kernel, again, independent = as_json(report)["witnesses"]
        assert (kernel["said"], again["said"]) == ("accepted", "re-checked")
        return str(independent["said"])

    assert said(ACCEPTED) == "accepted"
    assert said(PERMITTED) == "accepted, on a known hole's ground"
    assert said(REFUSED) == "refused"
    assert said(None) == "this prover has none"
    assert as_json(Report("a", "traces", Verdict.CLEAN))["witnesses"] == []


def test_a_library_has_what_all_of_its_modules_have() -> None:
    both = together([("Lib.a", ACCEPTED), ("Lib.b", PERMITTED)])
    assert both is not None and both.complete
    assert both.judged == (("fixpoints", 3),) and both.grounds == PERMITTED.grounds
    half = together([("Lib.a", ACCEPTED), ("Lib.b", None)])
    assert half is not None and half.unchecked == ("Lib.b",) and not half.complete
    refused = together([("Lib.a", ACCEPTED), ("Lib.b", REFUSED)])
    assert refused is not None and not refused.complete
    assert together([("Lib.a", None)]) is None


def test_required_witnesses_that_are_lacking_are_named() -> None:
    assert lacking([RECHECK, INDEPENDENT], True, ACCEPTED) == ()
    assert lacking([], False, None) == ()
    (message,) = lacking([RECHECK, INDEPENDENT], False, ACCEPTED)
    assert "requires a re-check" in message and "recheck=False" in message
    for check in (None, REFUSED, IndependentCheck(unchecked=("Lib.b",))):
        (message,) = lacking([INDEPENDENT], True, check)
        assert "requires an independent check" in message
    (message,) = lacking(["kernels"], True, ACCEPTED)
    assert 'names "kernels", which is none of "re-check", "independent"' in message
