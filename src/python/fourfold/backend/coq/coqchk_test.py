from __future__ import annotations

import pytest

from fourfold.backend.coq.coqchk import UnreadableSummary, context_summary, judge
from fourfold.core.policy import AxiomPolicy

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


def test_a_rejection_and_a_timeout_fail() -> None:
    rejected = {"accepted": False, "timed_out": False, "output": "Fatal Error: bad term"}
    assert "rejects it: Fatal Error: bad term" in judge(rejected, "M", AxiomPolicy())[0]
    late = {"accepted": False, "timed_out": True, "output": ""}
    assert "timed out" in judge(late, "M", AxiomPolicy())[0]
