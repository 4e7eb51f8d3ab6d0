from __future__ import annotations

from fourfold.backend.prover.verdict_log import not_available
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict


def test_one_reason_is_said_once_for_all_its_targets() -> None:
    lacking = dict(prover="lean", verdict=Verdict.NOT_AVAILABLE)
    reports = [
        Report(target="a", messages=("no Lean",), **lacking),
        Report(target="b", prover="coq", verdict=Verdict.CLEAN),
        Report(target="c", messages=("no Lean",), **lacking),
        Report(target="d", messages=("no network",), **lacking),
    ]
    assert not_available(reports) == {"no Lean": ["a", "c"], "no network": ["d"]}
