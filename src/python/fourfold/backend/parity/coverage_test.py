from __future__ import annotations

from typing import Any

import pytest

from fourfold.backend.parity.coverage import (
    ColumnJudgement,
    InvalidParityTable,
    ParityTable,
    judge_column,
    parse_parity_table,
)
from fourfold.core.report import TheoremReport
from fourfold.core.verdict import Verdict

ABSENT = {"theorem": "Lib.Sum.swap", "absent": "not written yet"}
RAW = {
    "provers": ["coq", "lean"],
    "subjects": {
        "sum": {"statement": "Sums swap.", "coq": "Lib.sums.swap", "lean": ABSENT},
        "dense": {"statement": "dx = W dy.", "coq": "Lib.dense.vjp", "lean": "Lib.Dense.vjp"},
    },
}


def parse(raw: dict[str, Any] = RAW) -> ParityTable:
    return parse_parity_table(raw, "table.toml")


def judge(
    prover: str,
    *found: TheoremReport,
    ious: tuple[str, ...] = (),
    broken: tuple[str, ...] = (),
    unavailable: tuple[str, ...] = (),
) -> ColumnJudgement:
    return judge_column(
        parse().column(prover), {t.name: t for t in found}, ious, broken, unavailable
    )


SWAP = TheoremReport("coq:Lib.sums.swap")
DENSE = TheoremReport("coq:Lib.dense.vjp", ("classic",))
LEAN_DENSE = TheoremReport("lean:Lib.Dense.vjp")


def test_a_column_has_one_cell_for_each_subject() -> None:
    table = parse()
    assert table.provers == ("coq", "lean")
    assert table.subjects == ("sum", "dense")
    assert [c.citation for c in table.column("coq")] == ["coq:Lib.sums.swap", "coq:Lib.dense.vjp"]
    assert [c.absent for c in table.column("lean")] == ["not written yet", ""]


def with_row(**row: Any) -> dict[str, Any]:
    return {"provers": ["coq", "lean"], "subjects": {"sum": row}}


@pytest.mark.parametrize(
    "raw, message",
    [
        ({}, "expected `provers`"),
        ({"provers": [], "subjects": {}}, "expected `provers`"),
        ({"provers": ["coq"], "subjects": {}}, "no subject"),
        ({**RAW, "reviewed": True}, "expected `provers`"),
        ({"provers": ["coq"], "subjects": {"A B": {}}}, "subjects.A B: a subject's name"),
        ({"provers": ["coq"], "subjects": {"sum": "x"}}, "subjects.sum: expected the keys"),
        (with_row(statement="s", coq="A.b.c"), "expected the keys coq, lean, statement"),
        (with_row(coq="A.b.c", lean="A.b.c"), "expected the keys coq, lean, statement"),
        (with_row(statement=" ", coq="A.b.c", lean="A.b.c"), "`statement` says in words"),
        (with_row(statement="s", coq="A", lean="A.b.c"), "sum.coq: 'coq:A' is not a citation"),
        (with_row(statement="s", coq=["A.b"], lean="A.b.c"), "sum.coq: expected the theorem's"),
        (with_row(statement="s", coq={"absent": "x"}, lean="A.b.c"), "sum.coq: expected the"),
        (
            with_row(statement="s", coq={"theorem": "A.b", "absent": ""}, lean="A.b.c"),
            "sum.coq: `absent` must say why",
        ),
        (with_row(statement="s", coq=ABSENT, lean=ABSENT), "sum: no prover has a theorem"),
    ],
)
def test_a_malformed_table_is_refused(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParityTable, match=message):
        parse(raw)


def test_a_column_passes_if_all_its_theorems_exist() -> None:
    judged = judge("coq", SWAP, DENSE)
    assert judged.concluded.verdict is Verdict.CLEAN
    assert judged.theorems == (SWAP, DENSE)
    assert judged.counts == ("2 subjects", "2 theorems cited")


def test_what_is_absent_is_counted_and_named() -> None:
    judged = judge("lean", LEAN_DENSE)
    assert judged.concluded.verdict is Verdict.CLEAN
    assert judged.counts == ("1 subject", "1 theorem cited", "1 absent (sum)")


def test_a_theorem_that_is_called_absent_and_exists_fails() -> None:
    judged = judge("lean", LEAN_DENSE, TheoremReport("lean:Lib.Sum.swap"))
    assert judged.concluded.verdict is Verdict.HARD_ERROR
    assert (
        "says that lean:Lib.Sum.swap is absent (not written yet), but it"
        in judged.concluded.messages[0]
    )


def test_a_broken_citation_fails_even_where_another_is_unavailable() -> None:
    judged = judge("coq", SWAP, broken=("no such theorem",), unavailable=("no Coq here",))
    assert judged.concluded.verdict is Verdict.HARD_ERROR
    assert judged.concluded.messages == ("no such theorem",)


def test_a_column_that_cannot_be_judged_here_is_not_passed() -> None:
    judged = judge("coq", SWAP, unavailable=("no Coq here",))
    assert judged.concluded.verdict is Verdict.NOT_AVAILABLE
    assert judged.concluded.messages == ("no Coq here",)


@pytest.mark.parametrize("iou", ["Lib.dense.vjp", "classic"])
def test_a_theorem_that_rests_on_an_open_iou_fails(iou: str) -> None:
    judged = judge("coq", SWAP, DENSE, ious=(iou,))
    assert judged.concluded.verdict is Verdict.HARD_ERROR
    assert judged.concluded.messages == (
        f"the subject dense cites coq:Lib.dense.vjp, but it rests on the open IOU {iou}",
    )
