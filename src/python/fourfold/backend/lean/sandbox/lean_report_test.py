from __future__ import annotations

from typing import Any

import pytest

from fourfold.backend.lean.sandbox.lean_report import report


def row(name: str, kind: str = "theorem", **more: Any) -> dict[str, Any]:
    base = {
        "name": name, "shown": name, "module": "M", "kind": kind, "statement": "", "rests": [],
        "uses": [], "direct": [],
    }
    return {**base, **more}


def audit(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"rows": rows, "wrong": [], "unconfirmed": [], "refused": "", **more}
    return report(found, "M")


def test_an_axiom_has_its_statement_and_the_way_to_it() -> None:
    answer = audit(
        row("gap", "axiom", statement="False", rests=[["gap", "axiom"]]),
        row("claim", rests=[["gap", "axiom"], ["propext", "axiom"]], uses=["gap"],
            direct=[["propext", "axiom"]]),
    )
    assert answer["constants"]["claim"] == [
        {"name": "gap", "statement": "False", "unsafe": ""},
        {"name": "propext", "statement": "", "unsafe": ""},
    ]
    assert answer["mentions"] == {"gap": [], "claim": ["gap", "propext"]}


def test_an_admitted_proof_goes_by_its_own_name() -> None:
    answer = audit(
        row("later", rests=[["later", "sorry"]]),
        row("claim", rests=[["later", "sorry"]], uses=["later"]),
    )
    assert {a["name"] for a in answer["constants"]["claim"]} == {"later"}
    assert all(a["unsafe"] == "" for a in answer["constants"]["claim"])


def test_what_lean_generates_counts_as_its_declaration() -> None:
    private = "_private.M.0.helper"
    answer = audit(
        row("claim", rests=[["claim.proof_1", "sorry"]], uses=["claim.proof_1"]),
        row("claim.proof_1", rests=[["claim.proof_1", "sorry"]]),
        row("claim.match_1", "definition"),
        row("Tree", "inductive"),
        row("Tree.node", "generated"),
        row("Tree.casesOn", "definition"),
        row(private, shown="helper", rests=[[private, "sorry"]]),
        row("rec", "definition"),
    )
    assert set(answer["constants"]) == {"claim", "Tree", "helper", "rec"}
    assert [a["name"] for a in answer["constants"]["claim"]] == ["claim"]
    assert [a["name"] for a in answer["constants"]["helper"]] == ["helper"]


def test_other_modules_are_not_judged_but_explain() -> None:
    answer = audit(
        row("gap", "axiom", module="Base", rests=[["gap", "axiom"]]),
        row("step", module="Base", rests=[["gap", "axiom"]], uses=["gap"]),
        row("claim", rests=[["gap", "axiom"]], uses=["step"]),
    )
    assert set(answer["constants"]) == {"claim"}
    assert answer["mentions"]["claim"] == ["step"] and answer["mentions"]["step"] == ["gap"]


@pytest.mark.parametrize("note", ["circular", "missing", "unsafe"])
def test_what_no_kernel_admits_is_unsafe(note: str) -> None:
    (found,) = audit(row("claim", rests=[["x", note]]))["constants"]["claim"]
    assert found["name"] == "x" and found["unsafe"]


def test_replaced_code_matters_where_the_compiler_is_trusted() -> None:
    replaced = ["test", "implementedBy"]
    assert audit(row("claim", rests=[replaced]))["constants"]["claim"] == []
    for axiom in ("Lean.ofReduceBool", "claim._native.native_decide.ax_1"):
        trusting = audit(row("claim", rests=[[axiom, "axiom"], replaced]))["constants"]["claim"]
        assert [bool(a["unsafe"]) for a in trusting] == [False, True]


def test_an_unsafe_definition_is_no_constant() -> None:
    answer = audit(row("claim", "unsafe", rests=[["claim", "unsafe"]]))
    assert answer["constants"] == {} and answer["outside"] == ["claim"]


def test_the_rest_is_handed_on() -> None:
    answer = audit(row("t"), wrong=[["t", "type mismatch\n"]], unconfirmed=["t"], refused="no")
    assert answer["wrong_statements"] == {"t": "type mismatch"}
    assert (answer["unconfirmed"], answer["refused"], answer["error"]) == (["t"], "no", "")
