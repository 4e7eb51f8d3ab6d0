from __future__ import annotations

from fourfold.backend.prover.expected_verdict import compare
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict

REFUSED = Report(
    "a/fault.v",
    "coq",
    Verdict.HARD_ERROR,
    messages=("a.claim rests on the axiom a.gap : False", "another"),
    toolchain="coq-8.20",
    isolation="bubblewrap",
)


def test_a_met_expectation_is_clean() -> None:
    found = compare(REFUSED, "a:verdict", "hard-error", ("axiom a.gap", "another"))
    assert found.verdict is Verdict.CLEAN and found.messages == ()
    assert (found.target, found.prover, found.isolation) == ("a:verdict", "coq", "bubblewrap")


def test_another_verdict_fails() -> None:
    found = compare(REFUSED, "a:verdict", "clean", ())
    assert found.verdict is Verdict.HARD_ERROR
    assert "a/fault.v got the verdict hard-error, not clean." in found.messages
    assert "It said: a.claim rests on the axiom a.gap : False\nanother" in found.messages


def test_the_right_verdict_for_a_wrong_reason_fails() -> None:
    found = compare(REFUSED, "a:verdict", "hard-error", ("syntax error",))
    assert found.verdict is Verdict.HARD_ERROR
    assert "Its messages do not contain 'syntax error'." in found.messages


def test_a_clean_module_does_not_meet_an_expected_refusal() -> None:
    clean = Report("a/fault.v", "coq", Verdict.CLEAN)
    found = compare(clean, "a:verdict", "hard-error", ())
    assert found.verdict is Verdict.HARD_ERROR
    assert "It said: (nothing)" in found.messages


def test_what_could_not_be_judged_is_neither() -> None:
    missing = Report(
        "a/fault.v",
        "coq",
        Verdict.NOT_AVAILABLE,
        messages=("no mirror",),
        toolchain="coq-8.20",
        lacking=("sandbox",),
    )
    for verdict in ("hard-error", "clean"):
        found = compare(missing, "a:verdict", verdict, ())
        assert found.verdict is Verdict.NOT_AVAILABLE and found.messages == ("no mirror",)
        assert found.missing == ("sandbox",)
    assert compare(missing, "a:verdict", "not-available", ("no mirror",)).verdict is Verdict.CLEAN
