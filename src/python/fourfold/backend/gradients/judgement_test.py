from __future__ import annotations

from dataclasses import replace

import pytest
from pants.build_graph.address import Address
from pants.util.frozendict import FrozenDict

from fourfold.backend.gradients.judgement import (
    cited_by,
    fd_counts,
    judge,
    oracle_counts,
    unscanned,
)
from fourfold.backend.numerics.findings import CitedTheorem, Findings, Formula
from fourfold.backend.numerics.process import problem
from fourfold.core.report import THEOREM, Report, TheoremReport
from fourfold.core.verdict import Verdict
from fourfold.witness.citations import (
    Citations,
    CitedBy,
    ProofIndex,
    locate,
    resolve,
)

FACTS = dict(target="a:b", prover="finite-differences")
DENSE = Address("src/coq", target_name="dense")
INDEX = ProofIndex(
    FrozenDict(coq=FrozenDict({"VJP.dense": (DENSE,), "VJP.twice": (DENSE, Address("x"))}))
)
CITED = CitedBy("coq:VJP.dense.is_vjp", "dense.dx", of="VJP.dense.dense")
THEOREM_CITED = CitedTheorem(CITED.citation, CITED.of, "")
AGREES = Findings(judged=1, formulas=(Formula(CITED.by, (THEOREM_CITED,)),))
IS_VJP = TheoremReport(
    "VJP.dense.is_vjp",
    ("M.open", "M.ax"),
    THEOREM,
    ("Coq.Init.Logic.eq", "VJP.dense.dense", "VJP.vjp.is_vjp"),
)
DEFINITION = TheoremReport("VJP.dense.dense", (), "a definition", ("VJP.dense.row",))


def proof(verdict: Verdict = Verdict.CLEAN, **more: object) -> Report:
    return Report(DENSE.spec, "coq", verdict, theorems=(IS_VJP, DEFINITION), **more)


NO_CITATIONS = Citations()


def verdict_of(findings: Findings, citations: Citations = NO_CITATIONS, **more) -> Verdict:
    return judge(findings, citations, **more, **FACTS).verdict


def test_what_agrees_is_clean_and_says_what_is_proved() -> None:
    assert cited_by(AGREES, "") == (CITED,)
    assert fd_counts(AGREES) == ("1 check", "1 with theorems (1 cited)")
    assert verdict_of(AGREES) is Verdict.CLEAN
    explained = Findings(
        judged=1, formulas=(Formula("dense.dx"),), notes=("1 tolerance explained",)
    )
    assert fd_counts(explained) == ("1 check", "1 without", "1 tolerance explained")


def test_what_is_wrong_is_an_error_with_its_message() -> None:
    said = "dense.dx: draw 0: d dx[0, 1]: claimed 2.0, numeric 1.0"
    report = judge(replace(AGREES, refusals=(said,)), Citations(), **FACTS)
    assert report.verdict is Verdict.HARD_ERROR and report.messages == (said,)


def test_what_is_lacking_is_no_pass_and_nothing_is_no_agreement() -> None:
    lacking = judge(Findings(unavailable=("no GPU",)), Citations(), **FACTS)
    assert lacking.verdict is Verdict.NOT_AVAILABLE and lacking.messages == ("no GPU",)
    assert verdict_of(Findings()) is Verdict.HARD_ERROR


def test_evidence_is_passed_on_as_it_was_read() -> None:
    measured = {"pairs": [{"corner": "xla-cpu"}]}
    assert judge(replace(AGREES, evidence=measured), Citations(), **FACTS).evidence is measured


def test_an_oracle_names_the_rules_that_cite() -> None:
    findings = Findings(
        judged=2,
        formulas=(
            Formula("Dense", (replace(THEOREM_CITED, beyond="a batch of rows"),)),
            Formula("Attention"),
        ),
        notes=("noise floor 12.3 ULP",),
    )
    assert cited_by(findings, "the rule") == (CitedBy(CITED.citation, "the rule Dense", CITED.of),)
    assert oracle_counts(findings) == (
        "2 pairs of corners",
        "2 rules",
        "1 with theorems (1 cited)",
        "1 without",
        "1 beyond their theorems (Dense: a batch of rows)",
        "noise floor 12.3 ULP",
    )


def test_a_citation_is_resolved_with_its_axioms() -> None:
    located = {CITED: locate(CITED, INDEX)}
    assert located == {CITED: DENSE}
    resolved = resolve(located, {DENSE: proof()})
    assert resolved == Citations((replace(IS_VJP, name=CITED.citation),))


@pytest.mark.parametrize(
    ("name", "of", "said"),
    [
        ("dense", "VJP.dense.row", "VJP.dense.dense is a definition: only what is proved"),
        ("is_vjp", "VJP.relu.relu", "does not name VJP.relu.relu, which is `of`"),
        ("is_vjp", "VJP.dense.dens", "Did you mean VJP.dense.dense?"),
        ("is_vjp", "VJP.vjp.is", "it names Coq.Init.Logic.eq, VJP.dense.dense, VJP.vjp.is_vjp."),
        ("is_vjp", "dense.dense", "does not name dense.dense"),
    ],
)
def test_a_citation_is_of_a_theorem_about_the_formula(name: str, of: str, said: str) -> None:
    cited = CitedBy(f"coq:VJP.dense.{name}", "gelu", of)
    resolved = resolve({cited: locate(cited, INDEX)}, {DENSE: proof()})
    (message,) = resolved.broken
    assert message.startswith(f"gelu cites coq:VJP.dense.{name}, but ") and said in message
    assert (
        resolved.theorems == () and verdict_of(Findings(judged=1), resolved) is Verdict.HARD_ERROR
    )


def test_one_wrong_citation_of_a_theorem_is_not_hidden_by_a_right_one() -> None:
    wrong = replace(CITED, by="gelu", of="VJP.activations.gelu")
    located = {cited: locate(cited, INDEX) for cited in (CITED, wrong)}
    assert len(resolve(located, {DENSE: proof()}).broken) == 1


def test_what_the_audit_does_not_say_is_not_taken() -> None:
    report = replace(proof(), theorems=(replace(IS_VJP, kind=""),))
    (message,) = resolve({CITED: DENSE}, {DENSE: report}).broken
    assert "is not known to be a theorem" in message


def test_a_table_of_what_exists_cites_definitions_too() -> None:
    cited = CitedBy("coq:VJP.dense.dense", "the subject dense")
    assert resolve({cited: DENSE}, {DENSE: proof()}).broken == ()


def test_a_mutated_name_fails_and_names_the_near_one() -> None:
    cited = CitedBy("coq:VJP.dense.is_vjpx", "dense.dx")
    resolved = resolve({cited: locate(cited, INDEX)}, {DENSE: proof()})
    assert resolved.theorems == ()
    (message,) = resolved.broken
    assert "dense.dx cites coq:VJP.dense.is_vjpx" in message
    assert "Did you mean VJP.dense.is_vjp" in message
    assert verdict_of(Findings(judged=1), resolved) is Verdict.HARD_ERROR


def test_citations_that_lead_nowhere() -> None:
    for citation, said in (
        ("coq:VJP.dens.is_vjp", "no target provides a module for it. Did you mean VJP.dense?"),
        ("lean:Vjp.Dense.is_vjp", "no active backend provides lean proofs (active: coq)"),
        ("coq:VJP.twice.t", "several targets provide VJP.twice: src/coq:dense, x:x"),
        ("VJP.dense.t", "is not a citation"),
    ):
        place = locate(CitedBy(citation, "dense.dx"), INDEX)
        assert isinstance(place, str) and said in place and place.startswith("dense.dx")


def test_a_theory_that_fails_breaks_the_citation() -> None:
    report = proof(Verdict.HARD_ERROR, messages=("rests on the axiom M.ax",))
    (message,) = resolve({CITED: DENSE}, {DENSE: report}).broken
    assert "src/coq:dense failed: rests on the axiom M.ax" in message


def test_open_obligations_and_missing_provers_are_passed_on() -> None:
    open_ = resolve({CITED: DENSE}, {DENSE: proof(Verdict.IOU_ONLY, ious=("M.open", "M.other"))})
    assert open_.ious == ("M.open",)
    assert verdict_of(Findings(judged=1), open_) is Verdict.IOU_ONLY
    missing = Report(
        DENSE.spec,
        "coq",
        Verdict.NOT_AVAILABLE,
        messages=("no mirror",),
        toolchain="coq-8.20",
    )
    unavailable = resolve({CITED: DENSE}, {DENSE: missing})
    report = judge(Findings(judged=1), unavailable, **FACTS)
    assert report.verdict is Verdict.NOT_AVAILABLE
    assert report.messages == ("src/coq:dense is not-available: no mirror",)
    assert report.missing == ("coq-8.20",)
    assert verdict_of(Findings(("wrong",)), unavailable) is Verdict.HARD_ERROR


def test_a_citation_made_at_run_time_is_an_error() -> None:
    assert unscanned((CITED,), ("coq:VJP.dense.is_vjp",)) == ()
    (message,) = unscanned((CITED,), ("coq:VJP.dense.other",))
    assert "no imported source has as a string literal" in message
    assert verdict_of(AGREES, more=(message,)) is Verdict.HARD_ERROR


def test_why_there_is_no_report() -> None:
    assert problem(-15, b"x\nExceeded timeout of 5.0 seconds", 5).startswith("timed out after 5 s")
    said = problem(2, b"oracle: error: --net: layer 2: no kind 'dens'", 5)
    assert "exited with 2" in said and "layer 2: no kind 'dens'" in said
    usage = b"usage: oracle [-h] --net NET\n              [--lr LR]\n"
    said = problem(2, usage + b"oracle: error: --net: layer 2:\nno kind 'dens'", 5)
    assert said == "refuses what it is asked: --net: layer 2:\nno kind 'dens'"
    assert "exited with 1" in problem(1, usage + b"oracle: error: no", 5)
