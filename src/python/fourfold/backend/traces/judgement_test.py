from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.backend.numerics.code import Code
from fourfold.backend.numerics.findings import Findings
from fourfold.backend.traces.comparison import sort_out
from fourfold.backend.traces.judgement import (
    Missing,
    judge_comparison,
    judge_trace,
)
from fourfold.backend.traces.record import RecordedTrace
from fourfold.backend.traces.settings import TraceSettings
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict, exit_code

FACTS = dict(target="traces:mlp#jax-cpu", prover="traces")
CLEAN = Findings(judged=3, evidence={"steps": 3})
WRONG = Findings(("step 3: loss 0.2 against 0.1",), judged=3)
ABSENT = Findings(unavailable=("no driver",))
NO_GPU = Missing("mlp_iree-cuda", "no driver", "iree-cuda")


def test_a_trace_is_clean_without_and_with_its_baseline() -> None:
    alone = judge_trace(CLEAN, None, "", {"sha256": "ab"}, **FACTS)
    assert alone.summary() == "clean: 3 steps, no baseline"
    assert alone.evidence == {"sha256": "ab", "baseline": None}
    same = Findings(judged=3, evidence={"said": ["3 steps agree (strict)"]})
    both = judge_trace(CLEAN, same, "old.jsonl", {}, **FACTS)
    assert both.summary() == "clean: 3 steps, agrees with its baseline"
    assert both.evidence == {"baseline": {"path": "old.jsonl", "said": ["3 steps agree (strict)"]}}


def test_a_trace_that_differs_from_its_baseline_names_the_step() -> None:
    said = judge_trace(CLEAN, WRONG, "old.jsonl", {}, **FACTS)
    assert said.verdict is Verdict.HARD_ERROR
    assert said.messages == ("It differs from old.jsonl.", "step 3: loss 0.2 against 0.1")


def test_a_corner_that_is_not_there_is_no_pass() -> None:
    said = judge_trace(ABSENT, None, "", {}, **FACTS, toolchain="iree-cuda")
    assert said.verdict is Verdict.NOT_AVAILABLE and said.messages == ("no driver",)
    assert said.missing == ("iree-cuda",)


def compared(
    findings: Findings | None, *missing: Missing, strict: bool = False, lacks=(), failed=()
) -> Report:
    return judge_comparison(findings, missing, failed, {}, strict=strict, lacks=lacks, **FACTS)


def test_a_comparison_lists_what_it_left_out() -> None:
    said = compared(CLEAN, NO_GPU)
    assert said.summary() == "clean: 3 pairs of traces, 1 not compared"
    assert said.evidence is not None
    assert said.evidence["not_compared"] == [{"name": "mlp_iree-cuda", "reason": "no driver"}]


def test_a_broken_bound_and_a_failed_recording_fail() -> None:
    assert compared(WRONG).messages == WRONG.refusals
    for said in (
        compared(WRONG, NO_GPU),
        compared(CLEAN, failed=["a: NaN"]),
        compared(None, NO_GPU, failed=["a: NaN"]),
    ):
        assert said.verdict is Verdict.HARD_ERROR and said.missing == ()


def test_fewer_than_two_traces_are_no_pass() -> None:
    said = compared(None, NO_GPU)
    assert said.verdict is Verdict.NOT_AVAILABLE and said.missing == ("iree-cuda",)
    assert "no two traces" in said.messages[0] and "mlp_iree-cuda" in said.messages[1]


def test_a_comparer_that_compared_nothing_is_not_believed() -> None:
    said = compared(Findings())
    assert said.verdict is Verdict.HARD_ERROR and "nothing was judged" in said.messages[0]


def test_under_strict_a_missing_corner_must_be_declared() -> None:
    rocm = Missing("mlp_iree-rocm", "no driver", "iree-rocm")
    agrees = Findings(judged=1)
    said = compared(agrees, NO_GPU, rocm, strict=True, lacks=("iree-rocm",))
    assert said.verdict is Verdict.NOT_AVAILABLE and said.missing == ("iree-cuda",)
    assert exit_code(said.verdict, strict=True, lacks=("iree-rocm",), missing=said.missing) == 1
    both = compared(agrees, NO_GPU, rocm, strict=True, lacks=("iree-rocm", "iree-cuda"))
    assert both.verdict is Verdict.CLEAN


def recorded(name: str, findings: Findings, *, corner: str = "c") -> RecordedTrace:
    settings = TraceSettings("n.yaml", corner, "{}", None, "", "strict")
    return RecordedTrace(Address("t"), name, settings, findings, Code(()))


def test_only_traces_of_one_group_are_paired() -> None:
    paired, missing, failed = sort_out(
        [
            recorded("mlp/a", CLEAN),
            recorded("mlp/b", CLEAN),
            recorded("cnn/a", CLEAN),
            recorded("cnn/gpu", ABSENT, corner="iree-cuda"),
            recorded("cnn/nan", WRONG),
        ]
    )
    assert [r.name for r in paired] == ["mlp/a", "mlp/b"]
    assert [(m.name, m.corner) for m in missing] == [("cnn/gpu", "iree-cuda"), ("cnn/a", "")]
    assert failed == ["cnn/nan could not be recorded: step 3: loss 0.2 against 0.1"]
