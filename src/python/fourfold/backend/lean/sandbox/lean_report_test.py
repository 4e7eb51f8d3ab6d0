from __future__ import annotations

from typing import Any

import pytest

from fourfold.backend.lean.sandbox.lean_report import printed_twice, report


def row(name: str, kind: str = "theorem", **more: Any) -> dict[str, Any]:
    base = {
        "name": name, "module": "M", "kind": kind, "generated": False, "outside": False,
        "statement": "", "mentions": [], "rests": [], "uses": [], "direct": [],
    }
    return {**base, **more}


def audit(*rows: dict[str, Any], rechecked: bool = True, **more: Any) -> dict[str, Any]:
    found = {"rows": rows, "wrong": [], "refused": "", **more}
    return report(found, "M", rechecked)


def test_an_axiom_has_its_statement_its_home_and_the_way_to_it() -> None:
    gap, propext = ["gap", "axiom", "Base"], ["propext", "axiom", "Init.Core"]
    answer = audit(
        row("gap", "", module="Base", statement="False", rests=[gap]),
        row("claim", rests=[gap, propext], uses=["gap"], direct=[propext], mentions=["Eq"]),
    )
    assert answer["constants"]["claim"] == [
        {"name": "gap", "statement": "False", "unsafe": "", "home": "Base"},
        {"name": "propext", "statement": "", "unsafe": "", "home": "Init.Core"},
    ]
    assert answer["uses"] == {"gap": [], "claim": ["gap", "propext"]}
    assert answer["kinds"] == {"claim": "theorem"} and answer["mentions"] == {"claim": ["Eq"]}


def test_an_admitted_proof_goes_by_its_own_name() -> None:
    later = ["later", "sorry", "M"]
    answer = audit(row("later", rests=[later]), row("claim", rests=[later], uses=["later"]))
    (found,) = answer["constants"]["claim"]
    assert found["name"] == "later" and found["admitted"] and found["unsafe"] == ""


@pytest.mark.parametrize("hidden", ["propext._evil", "later._x", "later.match_1", "later.proof_1"])
def test_no_admitted_proof_takes_the_name_of_another_thing(hidden: str) -> None:
    admitted = [hidden, "sorry", "M"]
    answer = audit(
        row("later"), row(hidden, rests=[admitted]), row("claim", rests=[admitted], uses=[hidden])
    )
    assert [a["name"] for a in answer["constants"]["claim"]] == [hidden]


def test_what_lean_generates_counts_as_its_declaration() -> None:
    private = "_private.M.0.helper"
    proof = ["claim.proof_1", "sorry", "M"]
    answer = audit(
        row("claim", rests=[proof], uses=["claim.proof_1"]),
        row("claim.proof_1", rests=[proof]),
        row("claim.match_1", "a definition"),
        row("Tree", "an inductive type"),
        row("Tree.node", "a constructor", generated=True),
        row("Tree.casesOn", "a definition"),
        row(private, rests=[[private, "sorry", "M"]]),
        row("rec", "a definition"),
    )
    assert set(answer["constants"]) == {"claim", "Tree", private, "rec"}
    assert [a["name"] for a in answer["constants"]["claim"]] == ["claim.proof_1"]
    assert answer["uses"]["claim"] == ["claim.proof_1"]


def test_a_part_that_its_declaration_does_not_use_is_judged_too() -> None:
    answer = audit(row("Tree"), row("Tree.injEq", rests=[["gap", "axiom", "M"]], uses=["gap"]))
    assert [a["name"] for a in answer["constants"]["Tree"]] == ["gap"]
    assert answer["uses"]["Tree"] == ["Tree.injEq", "gap"]


def test_nothing_is_counted_to_another_module() -> None:
    answer = audit(row("claim", module="Base"), row("claim.proof_1"))
    assert set(answer["constants"]) == {"claim.proof_1"}


def test_other_modules_are_not_judged_but_explain() -> None:
    gap = ["gap", "axiom", "Base"]
    answer = audit(
        row("gap", module="Base", rests=[gap]),
        row("step", module="Base", rests=[gap], uses=["gap"]),
        row("claim", rests=[gap], uses=["step"]),
    )
    assert set(answer["constants"]) == {"claim"}
    assert answer["uses"]["claim"] == ["step"] and answer["uses"]["step"] == ["gap"]


@pytest.mark.parametrize("note", ["circular", "missing", "unsafe"])
def test_what_no_kernel_admits_is_unsafe(note: str) -> None:
    (found,) = audit(row("claim", rests=[["x", note, "M"]]))["constants"]["claim"]
    assert found["name"] == "x" and found["unsafe"]


@pytest.mark.parametrize("name", ["propext", "Quot.sound", "Lean.ofReduceBool"])
def test_an_axiom_of_the_toolchain_that_a_module_declares_is_none(name: str) -> None:
    answer = audit(row(name, "an axiom", rests=[[name, "axiom", "M"]]))
    assert "M declares it" in answer["constants"][name][0]["unsafe"]


def test_an_admitted_proof_of_the_toolchain_is_no_obligation() -> None:
    (found,) = audit(row("t", rests=[["sorryAx", "axiom", "Init"]]))["constants"]["t"]
    assert found["unsafe"]


COMPILED = ("Lean.ofReduceBool", "claim._native.native_decide.ax_1")


@pytest.mark.parametrize("axiom", COMPILED)
def test_replaced_code_matters_where_the_compiler_is_trusted(axiom: str) -> None:
    replaced = ["test", "implementedBy", "M"]
    assert audit(row("claim", rests=[replaced]))["constants"]["claim"] == []
    trusting = audit(row("claim", rests=[[axiom, "axiom", "Init"], replaced]))
    assert [bool(a["unsafe"]) for a in trusting["constants"]["claim"]] == [False, True]


@pytest.mark.parametrize("axiom", COMPILED)
def test_compiled_code_is_no_evidence_without_the_re_check(axiom: str) -> None:
    answer = audit(row("claim", rests=[[axiom, "axiom", "Init"]]), rechecked=False)
    assert "without the re-check" in answer["constants"]["claim"][0]["unsafe"]


def test_an_unsafe_definition_is_no_constant() -> None:
    answer = audit(row("claim", outside=True, rests=[["claim", "unsafe", "M"]]))
    assert answer["constants"] == {} and answer["outside"] == ["claim"]


def test_the_rest_is_handed_on() -> None:
    answer = audit(row("t"), wrong=[["t", "type mismatch\n"]], refused="no")
    assert answer["wrong_statements"] == {"t": "type mismatch"} and answer["refused"] == "no"


def test_of_a_long_statement_the_beginning_is_shown() -> None:
    long = row("gap", "an axiom", statement="x" * 600, rests=[["gap", "axiom", "M"]])
    (found,) = audit(long)["constants"]["gap"]
    assert found["statement"] == "x" * 500 + " ..."


def test_constants_that_print_alike_are_refused() -> None:
    rows = [row("claim", module="A"), row("claim", module="B")]
    assert printed_twice({"rows": rows[:1]}) == ""
    said = printed_twice({"rows": rows})
    assert said == "two constants print as claim, one of A and one of B"
