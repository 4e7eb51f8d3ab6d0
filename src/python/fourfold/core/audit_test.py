from __future__ import annotations

import json

from fourfold.core.audit import (
    COLUMNS,
    Audited,
    as_document,
    as_markdown,
    as_table,
    disagreements,
    failures,
    rows,
)
from fourfold.core.report import THEOREM, Report, TheoremReport
from fourfold.core.verdict import Verdict


def audited(target: str, verdict: Verdict, toolchain: str = "coq-8.20", **more) -> Audited:
    report = Report(target, "coq", verdict, toolchain=toolchain, **more)
    return Audited(report, "coq", target.partition("@")[0])


THEOREMS = (TheoremReport("M.t", (), THEOREM), TheoremReport("M.f", (), "a definition"))
TWO = [
    audited("a@8.16", Verdict.CLEAN, "coq-8.16", theorems=THEOREMS, seconds=(("audit", 1.5),)),
    audited("a@8.20", Verdict.CLEAN, theorems=THEOREMS, seconds=(("audit", 2.0),)),
]


def test_rows_count_targets_by_verdict_and_names_once() -> None:
    bad = audited("b", Verdict.HARD_ERROR, forbidden=("M.ax", "M.bx"), ious=("M.l",))
    (row,) = rows([*TWO, bad])
    assert (row.targets, row.theorems, row.forbidden, row.ious) == (3, 1, 2, 1)
    assert row.verdicts[Verdict.CLEAN] == 2 and row.verdicts[Verdict.HARD_ERROR] == 1
    assert row.seconds == 3.5 and row.toolchains == ("coq-8.16", "coq-8.20")


def test_versions_that_do_not_agree() -> None:
    assert disagreements(TWO) == ([], 1)
    differing = [TWO[0], audited("a@8.20", Verdict.HARD_ERROR)]
    (said,), compared = disagreements(differing)
    assert compared == 1 and said.startswith("a: ")
    assert "coq-8.16: clean" in said and "coq-8.20: hard-error" in said


def test_an_absent_version_and_a_single_one_are_not_compared() -> None:
    absent = audited("a@9.2", Verdict.NOT_AVAILABLE, "rocq-9.2")
    assert disagreements([TWO[0], absent]) == ([], 0)
    assert disagreements([TWO[0]]) == ([], 0)
    twice = [TWO[0], audited("a@8.16", Verdict.HARD_ERROR, "coq-8.16")]
    assert disagreements(twice) == ([], 0)


def test_failures_are_a_line_each() -> None:
    bad = audited("b", Verdict.HARD_ERROR, messages=("first\nsecond line", "other"))
    assert failures([*TWO, bad]) == ["b: first (and 1 message more)"]


def test_tables_have_all_columns() -> None:
    table = rows(TWO)
    head, line = as_table(table).splitlines()
    assert head.split() == list(COLUMNS) and line.split()[:3] == ["coq", "2", "2"]
    assert all(line.count(" | ") == len(COLUMNS) - 1 for line in as_markdown(table).splitlines())


def test_the_document_holds_every_report() -> None:
    data = json.loads(as_document(TWO, ["a problem"]))
    assert data["schema"] == "fourfold.audit" and data["problems"] == ["a problem"]
    assert [t["target"] for t in data["targets"]] == ["a@8.16", "a@8.20"]
    assert data["backends"][0]["verdicts"]["clean"] == 2
