from __future__ import annotations

import pytest

from fourfold.backend.coq.coqchk import (
    UnreadableSummary,
    confusions,
    context_summary,
    judge,
    rejections,
    undone,
)
from fourfold.core.policy import Assumption, AxiomPolicy

SUMMARY = """\

CONTEXT SUMMARY
===============

* Theory: Set is {theory}
  Theory: Rewrite rules are not allowed

* Axioms:{axioms}

* Constants/Inductives relying on type-in-type:{type_in_type}

* Constants/Inductives relying on unsafe (co)fixpoints:{guard}

* Inductives whose positivity is assumed:{positivity}

"""


def answer(
    theory: str = "predicative",
    axioms: str = " <none>",
    type_in_type: str = " <none>",
    guard: str = " <none>",
    positivity: str = " <none>",
) -> dict[str, object]:
    output = SUMMARY.format(
        theory=theory, axioms=axioms, type_in_type=type_in_type, guard=guard, positivity=positivity
    )
    return {"accepted": True, "timed_out": False, "output": output}


def test_reads_the_sections() -> None:
    sections, theory = context_summary(str(answer(axioms="\n    M.gap\n    Coq.other")["output"]))
    assert sections["Axioms"] == ["M.gap", "Coq.other"]
    assert sections["Inductives whose positivity is assumed"] == []
    assert theory == ["Set is predicative"]


def test_a_sound_module_passes() -> None:
    assert judge(answer(), "M", AxiomPolicy()) == []


def test_an_axiom_counts_where_it_is_declared() -> None:
    own = answer(axioms="\n    M.gap")
    (message,) = judge(own, "M", AxiomPolicy())
    assert "the axiom M.gap, which is not permitted" in message
    assert judge(own, "N", AxiomPolicy()) == []
    assert judge(own, "M", AxiomPolicy(axioms=("M.*",))) == []
    assert judge(own, "M", AxiomPolicy(ious=("M.gap",))) == []


def test_what_is_proved_behind_a_seal_is_no_axiom() -> None:
    sealed = answer(axioms="\n    M.Instance.gap")
    proved = {"M.Instance.gap": [Assumption("M.Instance.inner")]}
    assert judge(sealed, "M", AxiomPolicy(), constants=proved) == []
    assumed = {"M.Instance.gap": [Assumption("M.Instance.gap")]}
    (message,) = judge(sealed, "M", AxiomPolicy(), constants=assumed)
    assert "finds the axiom M.Instance.gap" in message


@pytest.mark.parametrize(
    "section, named",
    [("type_in_type", "type-in-type"), ("guard", "guard"), ("positivity", "positivity")],
)
def test_a_bypassed_check_fails_anywhere_and_cannot_be_permitted(section: str, named: str) -> None:
    found = answer(**{section: "\n    Elsewhere.loop"})
    (message,) = judge(found, "M", AxiomPolicy(axioms=("*",), ious=("Elsewhere.loop",)))
    assert "Elsewhere.loop" in message and f"({named})" in message


def test_another_theory_fails() -> None:
    (message,) = judge(answer(theory="impredicative"), "M", AxiomPolicy())
    assert "Set is impredicative" in message


def test_no_summary_is_no_pass() -> None:
    with pytest.raises(UnreadableSummary):
        context_summary("Modules were successfully checked")
    partial = answer()
    partial["output"] = str(partial["output"]).split("* Inductives")[0]
    (message,) = judge(partial, "M", AxiomPolicy())
    assert "cannot be judged" in message


def failed(output: str, **more: object) -> dict[str, object]:
    return {"accepted": False, "timed_out": False, "exit_code": 129, "output": output, **more}


def test_a_rejection_is_its_reason_alone() -> None:
    universes = "Coq.Init.Logic.1 <= Coq.Init.Logic.2\n" * 5000
    output = f"====== ill-typed term ====\n{universes}\nFatal Error: Type error: CantApply\n"
    (message,) = judge(failed(output), "M", AxiomPolicy())
    assert message == "M: the kernel re-check (coqchk) rejects it: Type error: CantApply"


@pytest.mark.parametrize(
    "answer_of_coqchk",
    [
        failed(
            'Fatal Error: Anomaly "Uncaught exception Modops.ModuleTypingError(_)."', aliasable=True
        ),
        failed("Fatal Error: Stack overflow."),
        failed("", exit_code=139, ended_by="crash"),
    ],
)
def test_its_own_crash_is_no_rejection_and_says_what_can_be_done(
    answer_of_coqchk: dict[str, object],
) -> None:
    (message,) = judge(answer_of_coqchk, "M", AxiomPolicy())
    assert "crashed on it" in message and "rejects" not in message
    assert "`recheck=False`" in message and "`--coq-whole-closures`" in message


def test_a_module_that_has_not_its_type_is_rejected() -> None:
    said = 'Anomaly "Uncaught exception Modops.ModuleTypingError(_)."'
    found = failed(f"Fatal Error: {said}", aliasable=False)
    assert undone(found, "M") == ""
    assert rejections(found, "M") == [f"M: the kernel re-check (coqchk) rejects it: {said}"]


def test_what_is_stopped_has_no_answer() -> None:
    (late,) = judge(failed("", timed_out=True), "M", AxiomPolicy())
    assert "timed out" in late
    (large,) = judge(failed("", limit="took more than 8 GiB of memory"), "M", AxiomPolicy())
    assert "took more than 8 GiB" in large and "rejects" not in large


def test_what_imports_inherit_is_no_matter_of_policy() -> None:
    assert rejections(answer(axioms="\n    M.gap"), "M") == []
    (message,) = rejections(answer(guard="\n    M.loop"), "M")
    assert "(guard)" in message


def test_confused_names_are_told_whatever_coqchk_says() -> None:
    for ended in ({"timed_out": True}, {"output": 'Fatal Error: Anomaly "x".'}):
        answer = {"accepted": False, "output": "", "confused": ["A is not B"], **ended}
        assert "M: A is not B" in rejections(answer, "M")
        assert confusions(answer, "M") == ["M: A is not B"]
