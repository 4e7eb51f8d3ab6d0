from __future__ import annotations

from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.witness.expected_verdict import compare, compare_all, wrong_modules

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


def _by(version: str, verdict: Verdict) -> Report:
    return Report(f"a/m.v@{version}", "coq", verdict, toolchain=f"coq-{version}")


def test_versions_that_agree_are_clean() -> None:
    reports = [_by("8.16", Verdict.CLEAN), _by("8.20", Verdict.CLEAN)]
    assert compare_all(reports, "a:v", "clean", ()).verdict is Verdict.CLEAN


def test_versions_that_disagree_are_listed() -> None:
    reports = [_by("8.16", Verdict.CLEAN), _by("8.20", Verdict.HARD_ERROR)]
    for expected in ("clean", "hard-error"):
        found = compare_all(reports, "a:v", expected, ())
        assert found.verdict is Verdict.HARD_ERROR
        assert (
            "a/m.v@8.16 (coq-8.16): clean, a/m.v@8.20 (coq-8.20): hard-error" in found.messages[0]
        )


def test_a_version_that_this_machine_lacks_leaves_it_open() -> None:
    reports = [_by("8.16", Verdict.CLEAN), _by("9.2", Verdict.NOT_AVAILABLE)]
    assert compare_all(reports, "a:v", "clean", ()).verdict is Verdict.NOT_AVAILABLE
    refused = [_by("8.16", Verdict.HARD_ERROR), _by("9.2", Verdict.NOT_AVAILABLE)]
    assert compare_all(refused, "a:v", "clean", ()).verdict is Verdict.HARD_ERROR


def test_agreement_is_of_several() -> None:
    assert wrong_modules(["a:m"], 1, 1, agreement=False) is None
    assert wrong_modules(["a:m", "a:n"], 2, 2, agreement=True) is None
    assert "needs several" in (wrong_modules(["a:m"], 1, 1, agreement=True) or "")
    assert "must name one module" in (wrong_modules(["a:"], 2, 3, agreement=False) or "")


def test_a_target_that_was_not_judged_is_refused_for_no_reason_of_its_own() -> None:
    broken = Report("a/m.v", "", Verdict.HARD_ERROR, ("No space left on device",))
    assert compare(broken, "a:v", "hard-error", ()).verdict is Verdict.HARD_ERROR
    assert compare(broken, "a:v", "hard-error", ("No space",)).verdict is Verdict.CLEAN
