from __future__ import annotations

from fourfold.core.conclusion import NOTHING_JUDGED, Conclusion, conclude
from fourfold.core.verdict import Verdict


def test_a_refusal_stands_whatever_else_is_missing() -> None:
    found = conclude(["wrong"], judged=0, unavailable=["no prover"], ious=["M.l"])
    assert found == Conclusion(Verdict.HARD_ERROR, ("wrong",))


def test_what_is_missing_leaves_the_rest_open() -> None:
    found = conclude([], judged=3, unavailable=["no prover"], ious=["M.l"])
    assert found == Conclusion(Verdict.NOT_AVAILABLE, ("no prover",))


def test_of_nothing_nothing_is_clean() -> None:
    assert conclude([], judged=0) == Conclusion(Verdict.HARD_ERROR, (NOTHING_JUDGED,))
    assert conclude([], judged=0, ious=["M.l"]).verdict is Verdict.HARD_ERROR


def test_open_obligations_are_counted() -> None:
    assert conclude([], judged=1, ious=["M.l"]) == Conclusion(Verdict.IOU_ONLY)
    assert conclude([], judged=1) == Conclusion(Verdict.CLEAN)
