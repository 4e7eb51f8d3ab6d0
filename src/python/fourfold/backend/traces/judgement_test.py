from __future__ import annotations

import json

import pytest
from pants.build_graph.address import Address

from fourfold.backend.numerics.code import Code
from fourfold.backend.traces.comparison import sort_out
from fourfold.backend.traces.judgement import (
    Finding,
    Missing,
    judge_comparison,
    judge_trace,
    read_diff,
    read_probe,
    read_report,
)
from fourfold.backend.traces.record import RecordedTrace
from fourfold.backend.traces.settings import TraceSettings
from fourfold.core.report import Report
from fourfold.core.verdict import Verdict, exit_code

FACTS = dict(target="traces:mlp#jax-cpu", prover="traces")
CLEAN = Finding(Verdict.CLEAN, (), '{"steps": 3}')
WRONG = Finding(Verdict.HARD_ERROR, ("step 3: loss 0.2 against 0.1",), "{}")
NO_GPU = Missing("mlp_iree-cuda", "no driver", "iree-cuda")


def report(verdict: str, *messages: str, schema: int = 1) -> str:
    return json.dumps({"schema": schema, "verdict": verdict, "messages": messages})


@pytest.mark.parametrize("verdict, code", [("clean", 0), ("hard-error", 1), ("not-available", 77)])
def test_a_report_and_its_exit_code_agree(verdict: str, code: int) -> None:
    messages = () if verdict == "clean" else ("why",)
    finding = read_report("m", report(verdict, *messages), code, "")
    assert (finding.verdict.value, finding.messages) == (verdict, messages)


@pytest.mark.parametrize(
    "text, code, said",
    [
        (report("clean"), 1, "inconsistent"),
        (report("not-available", "why"), 0, "inconsistent"),
        (report("hard-error", "why"), 0, "inconsistent"),
        (report("hard-error"), 1, "inconsistent"),
        (report("clean"), -15, "inconsistent"),
        (report("clean", schema=2), 0, "schema 2"),
        ("[1]", 0, "malformed"),
        ("{", 0, "malformed"),
        ("", 1, "m exited with 1"),
        ("", 0, "m exited with 1"),
    ],
)
def test_anything_else_is_an_error(text: str, code: int, said: str) -> None:
    finding = read_report("m", text, code, "exited with 1")
    assert finding.verdict is Verdict.HARD_ERROR and said in finding.messages[-1]


def test_a_recorder_that_only_says_77_is_not_available() -> None:
    finding = read_report("m", "", 77, "exited with 77 and said: no jax")
    assert finding == Finding(Verdict.NOT_AVAILABLE, ("m exited with 77 and said: no jax",))


def test_a_probe_gives_the_device_or_what_it_looked_for() -> None:
    device, finding = read_probe("iree-cuda", '{"driver": "1", "device": "x"}\n', 0, "")
    assert (device, finding.verdict) == ('{"device": "x", "driver": "1"}', Verdict.CLEAN)
    text = '{"looked_for": "libcuda.so.1", "found": "nothing", "how_to_get": "Install it."}'
    device, finding = read_probe("iree-cuda", text, 77, "")
    assert (device, finding.verdict) == ("", Verdict.NOT_AVAILABLE)
    assert finding.messages == ("iree-cuda needs libcuda.so.1; found nothing. Install it.",)
    for stdout, code in (("", 0), ("[]", 0), ("oops", 77), ("{}", 1)):
        device, finding = read_probe("iree-cuda", stdout, code, "crashed")
        assert (device, finding.verdict) == ("", Verdict.HARD_ERROR)


def test_the_lines_of_a_difference_are_its_messages() -> None:
    same = read_diff("m", "3 steps agree (strict)\n", 0, "")
    assert (same.verdict, same.messages) == (Verdict.CLEAN, ())
    found = read_diff("m", "step 3: loss 0.2 and 0.1\nstep 4: ...\n", 1, "")
    assert found.verdict is Verdict.HARD_ERROR
    assert found.messages == ("step 3: loss 0.2 and 0.1", "step 4: ...")
    for stdout, code in (("", 1), ("usage", 2), ("", -15)):
        assert read_diff("m", stdout, code, "crashed") == Finding(
            Verdict.HARD_ERROR, ("m crashed",)
        )


def test_a_trace_is_clean_without_and_with_its_baseline() -> None:
    alone = judge_trace(CLEAN, None, "", {"sha256": "ab"}, **FACTS)
    assert alone.summary() == "clean: 3 steps, no baseline"
    assert json.loads(alone.evidence) == {"sha256": "ab", "baseline": None}
    both = judge_trace(CLEAN, CLEAN, "old.jsonl", {}, **FACTS)
    assert both.summary() == "clean: 3 steps, agrees with its baseline"


def test_a_trace_that_differs_from_its_baseline_names_the_step() -> None:
    said = judge_trace(CLEAN, WRONG, "old.jsonl", {}, **FACTS)
    assert said.verdict is Verdict.HARD_ERROR
    assert said.messages == ("It differs from old.jsonl.", "step 3: loss 0.2 against 0.1")


def test_a_corner_that_is_not_there_is_no_pass() -> None:
    absent = Finding(Verdict.NOT_AVAILABLE, ("no driver",))
    said = judge_trace(absent, None, "", {}, **FACTS, toolchain="iree-cuda")
    assert said.verdict is Verdict.NOT_AVAILABLE and said.messages == ("no driver",)
    assert said.missing == ("iree-cuda",)


def compared(
    finding: Finding | None, *missing: Missing, strict: bool = False, lacks=(), failed=()
) -> Report:
    return judge_comparison(finding, missing, failed, {}, strict=strict, lacks=lacks, **FACTS)


def test_a_comparison_lists_what_it_left_out() -> None:
    found = Finding(Verdict.CLEAN, (), '{"pairs": [{}, {}, {}]}')
    said = compared(found, NO_GPU)
    assert said.summary() == "clean: 3 pairs of traces, 1 not compared"
    assert json.loads(said.evidence)["not_compared"] == [
        {"name": "mlp_iree-cuda", "reason": "no driver"}
    ]


def test_a_broken_bound_and_a_failed_recording_fail() -> None:
    assert compared(WRONG).messages == WRONG.messages
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
    for data in ("", "{}", '{"pairs": []}'):
        said = compared(Finding(Verdict.CLEAN, (), data))
        assert said.verdict is Verdict.HARD_ERROR and "no pair of traces" in said.messages[0]


def test_under_strict_a_missing_corner_must_be_declared() -> None:
    rocm = Missing("mlp_iree-rocm", "no driver", "iree-rocm")
    agrees = Finding(Verdict.CLEAN, (), '{"pairs": [{}]}')
    said = compared(agrees, NO_GPU, rocm, strict=True, lacks=("iree-rocm",))
    assert said.verdict is Verdict.NOT_AVAILABLE and said.missing == ("iree-cuda",)
    assert exit_code(said.verdict, strict=True, lacks=("iree-rocm",), missing=said.missing) == 1
    both = compared(agrees, NO_GPU, rocm, strict=True, lacks=("iree-rocm", "iree-cuda"))
    assert both.verdict is Verdict.CLEAN


def recorded(name: str, finding: Finding, *, corner: str = "c") -> RecordedTrace:
    settings = TraceSettings("n.yaml", corner, "{}", None, "", "strict")
    return RecordedTrace(Address("t"), name, settings, finding, Code(()))


def test_only_traces_of_one_group_are_paired() -> None:
    absent = Finding(Verdict.NOT_AVAILABLE, ("no driver",))
    paired, missing, failed = sort_out(
        [
            recorded("mlp/a", CLEAN),
            recorded("mlp/b", CLEAN),
            recorded("cnn/a", CLEAN),
            recorded("cnn/gpu", absent, corner="iree-cuda"),
            recorded("cnn/nan", WRONG),
        ]
    )
    assert [r.name for r in paired] == ["mlp/a", "mlp/b"]
    assert [(m.name, m.corner) for m in missing] == [("cnn/gpu", "iree-cuda"), ("cnn/a", "")]
    assert failed == ["cnn/nan could not be recorded: step 3: loss 0.2 against 0.1"]
