from __future__ import annotations

import json

from pants.build_graph.address import Address
from pants.util.frozendict import FrozenDict

from fourfold.backend.gradients.judgement import (
    Findings,
    judge,
    read_fd_report,
    read_oracle_report,
    unscanned,
)
from fourfold.backend.numerics.process import problem
from fourfold.backend.prover.citations import (
    Citations,
    CitedBy,
    ProofIndex,
    locate,
    resolve,
)
from fourfold.core.report import Report, TheoremReport
from fourfold.core.verdict import Verdict

FACTS = dict(target="a:b", prover="finite-differences")
DENSE = Address("src/coq", target_name="dense")
INDEX = ProofIndex(
    FrozenDict(
        coq=FrozenDict(
            {"VJP.dense": (DENSE,), "VJP.twice": (DENSE, Address("x"))}
        )
    )
)
CITED = CitedBy("coq:VJP.dense.is_vjp", "dense.dx")


def fd_report(*, passed: bool, failures: list[str], **more: object) -> str:
    check = {"name": "dense.dx", "failures": failures, "theorems": ["coq:VJP.dense.is_vjp"]}
    data = {
        "schema": "fourfold.fd_check",
        "schema_version": 1,
        "passed": passed,
        "errors": [],
        "checks": [check],
    }
    return json.dumps({**data, **more})


def proof(verdict: Verdict = Verdict.CLEAN, **more: object) -> Report:
    theorems = (TheoremReport("VJP.dense.is_vjp", ("M.open", "M.ax")),)
    return Report(DENSE.spec, "coq", verdict, theorems=theorems, **more)


NO_CITATIONS = Citations()


def verdict_of(findings: Findings, citations: Citations = NO_CITATIONS, **more) -> Verdict:
    return judge(findings, citations, **more, **FACTS).verdict


def test_a_passing_report_is_clean() -> None:
    findings = read_fd_report(fd_report(passed=True, failures=[]), 0)
    assert findings.failures == () and findings.cited == (CITED,)
    assert findings.counts == ("1 check",)
    assert verdict_of(findings) is Verdict.CLEAN


def test_an_explained_tolerance_is_counted() -> None:
    check = {"name": "dense.dx", "failures": [], "theorems": [], "explanation": "a table"}
    findings = read_fd_report(fd_report(passed=True, failures=[], checks=[check]), 0)
    assert findings.counts == ("1 check", "1 tolerance explained")


def test_a_failing_check_is_an_error_with_both_values() -> None:
    said = "draw 0: d dx[0, 1]: claimed 2.0, numeric 1.0"
    findings = read_fd_report(fd_report(passed=False, failures=[said]), 1)
    report = judge(findings, Citations(), **FACTS)
    assert report.verdict is Verdict.HARD_ERROR
    assert report.messages == (f"dense.dx: {said}",)


def test_an_error_of_the_module_is_an_error() -> None:
    text = fd_report(passed=False, failures=[], errors=["m declares no checks"], checks=[])
    assert read_fd_report(text, 1).failures == ("m declares no checks",)


def test_a_report_at_odds_with_itself_or_the_exit_code_is_an_error() -> None:
    for text, code in (
        (fd_report(passed=True, failures=[]), 1),
        (fd_report(passed=False, failures=[]), 0),
        (fd_report(passed=False, failures=[]), 1),
        (fd_report(passed=True, failures=["x"]), 0),
        (fd_report(passed="yes", failures=[]), 0),
    ):
        findings = read_fd_report(text, code)
        assert "inconsistent" in findings.failures[-1]
        assert verdict_of(findings) is Verdict.HARD_ERROR


def test_a_report_that_cannot_be_read_is_an_error() -> None:
    for text in ("", "[1]", '{"schema": "fourfold.fd_check", "schema_version": 2}'):
        assert verdict_of(read_fd_report(text, 0)) is Verdict.HARD_ERROR


def test_an_oracle_report_names_the_rules_that_cite() -> None:
    data = {
        "schema": "fourfold.vjp_oracle",
        "schema_version": 1,
        "passed": False,
        "failures": ["emitted@xla against autodiff@xla: loss2 is off"],
        "rules": [{"name": "Dense", "theorems": ["coq:VJP.dense.is_vjp"]}],
        "pairs": [{}, {}],
    }
    findings = read_oracle_report(json.dumps(data), 1)
    assert findings.failures == ("emitted@xla against autodiff@xla: loss2 is off",)
    assert findings.cited == (CitedBy("coq:VJP.dense.is_vjp", "the rule Dense"),)
    assert findings.counts == ("2 pairs of corners", "1 rule")


def test_a_citation_is_resolved_with_its_axioms() -> None:
    located = {CITED: locate(CITED, INDEX)}
    assert located == {CITED: DENSE}
    citations = resolve(located, {DENSE: proof()})
    assert citations == Citations((TheoremReport("coq:VJP.dense.is_vjp", ("M.open", "M.ax")),))


def test_a_mutated_name_fails_and_names_the_near_one() -> None:
    cited = CitedBy("coq:VJP.dense.is_vjpx", "dense.dx")
    citations = resolve({cited: locate(cited, INDEX)}, {DENSE: proof()})
    assert citations.theorems == ()
    (message,) = citations.broken
    assert "dense.dx cites coq:VJP.dense.is_vjpx" in message
    assert "Did you mean VJP.dense.is_vjp?" in message
    assert verdict_of(Findings(()), citations) is Verdict.HARD_ERROR


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
    assert verdict_of(Findings(()), open_) is Verdict.IOU_ONLY
    missing = Report(
        DENSE.spec,
        "coq",
        Verdict.NOT_AVAILABLE,
        messages=("no mirror",),
        toolchain="coq-8.20",
    )
    unavailable = resolve({CITED: DENSE}, {DENSE: missing})
    report = judge(Findings(()), unavailable, **FACTS)
    assert report.verdict is Verdict.NOT_AVAILABLE
    assert report.messages == ("src/coq:dense is not-available: no mirror",)
    assert report.missing == ("coq-8.20",)
    assert verdict_of(Findings(("wrong",)), unavailable) is Verdict.HARD_ERROR


def test_a_citation_made_at_run_time_is_an_error() -> None:
    findings = Findings((), (CITED,))
    assert unscanned(findings, ("coq:VJP.dense.is_vjp",)) == ()
    (message,) = unscanned(findings, ("coq:VJP.dense.other",))
    assert "no imported source has as a string literal" in message
    assert verdict_of(findings, more=(message,)) is Verdict.HARD_ERROR


def test_why_there_is_no_report() -> None:
    assert problem(-15, b"x\nExceeded timeout of 5.0 seconds", 5).startswith("timed out after 5 s")
    said = problem(2, b"oracle: error: --net: layer 2: no kind 'dens'", 5)
    assert "exited with 2" in said and "layer 2: no kind 'dens'" in said
