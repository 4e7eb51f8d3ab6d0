from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.core.independent import INDEPENDENT, RECHECK, IndependentCheck
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.prover.target_types import TheoremsField, ToolchainField
from fourfold.toolchains.holes import Hole, KernelHoles
from fourfold.witness.judge import (
    broken_judgement,
    open_holes,
    readable,
    with_required_witnesses,
)

FOUND = Hole("rocq-1", "a", "b", "c", "d", "e", "fixpoint, nested-fix")
HOLES = KernelHoles("8.20", (FOUND, Hole("rocq-2", "a", "b", "c", "d", "e")))


def test_a_terminal_gets_no_bytes_of_a_file() -> None:
    said = readable(ValueError("two files:\n`A.vo`: 1.)\nCoq!\x1b[2J\x00\ufffd\nend"))
    assert said == "two files:\n`A.vo`: 1.)\nend"
    assert len(readable(ValueError("x" * 10_000))) < 2100


def test_what_raises_is_the_error_of_its_target() -> None:
    report = broken_judgement(Address("lib"), ValueError()).report
    assert report.verdict is Verdict.HARD_ERROR and report.target == "lib:lib"
    assert report.messages == ("it could not be judged: ValueError",)


def test_an_invalid_value_is_kept_for_the_judgement() -> None:
    address = Address("lib", target_name="m")
    invalid, right = TheoremsField(5, address), TheoremsField(None, address)
    assert invalid.value == right.value == () and "iterable of strings" in invalid.error
    assert right.error == "" and invalid != right and right == TheoremsField(None, address)
    assert TheoremsField(["M.t"], address).value == ("M.t",)
    assert TheoremsField(["M.t"], address) != right
    assert ToolchainField("coq", address) == ToolchainField("coq", address)


def proof(check: IndependentCheck | None, recheck: str = "re-checked") -> Report:
    return Report("a", "coq", Verdict.CLEAN, kernel_recheck=recheck, independent=check)


def test_holes_are_left_open_unless_an_independent_check_has_looked_at_all() -> None:
    assert HOLES.found_by("nested-fix") == ("rocq-1",) and HOLES.found_by("fix") == ()
    assert open_holes(proof(IndependentCheck()), HOLES) == ("rocq-2",)
    for check in (
        None,
        IndependentCheck(refused=True),
        IndependentCheck(grounds=("fixpoint (M.f)",)),
        IndependentCheck(unchecked=("M.b",)),
    ):
        assert open_holes(proof(check), HOLES) == HOLES.ids


def test_a_verdict_that_lacks_a_required_witness_is_refused() -> None:
    required = [RECHECK, INDEPENDENT]
    passing = proof(IndependentCheck())
    assert with_required_witnesses(passing, required) == passing
    assert with_required_witnesses(proof(None), []) == proof(None)
    for lacking in (proof(None), proof(IndependentCheck(), "re-check: not of M")):
        refused = with_required_witnesses(lacking, required)
        assert refused.verdict is Verdict.HARD_ERROR and len(refused.messages) == 1
    trace = Report("a", "traces", Verdict.CLEAN)
    assert with_required_witnesses(trace, required) == trace
