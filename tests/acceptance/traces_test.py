"""Traces: what is not available, what differs, what is written, and what a second run executes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from numerics_workspace import numerics_workspace
from workspace import Run, Workspace

NET = """\
name: tiny
input: {channels: 1, height: 28, width: 28}
layers:
  - dense: {fan_in: 784, fan_out: 64, activation: relu}
  - dense: {fan_in: 64, fan_out: 10}
"""
SETTINGS = 'net="nets/tiny.yaml", batch=8, steps=8, record_steps=6, warmup_steps=1'


def bounds(size: float) -> str:
    early = {"steps": 6, "max": size}
    default = {"step1": size, "step2": size, "early": early, "epoch_mean": 0.5, "accuracy": 0.1}
    return repr({"default": default})


FILES = {
    "nets/BUILD": "netspecs()\n",
    "nets/tiny.yaml": NET,
    "traces/BUILD": f"""\
gpu_traces(name="tiny", corners=["jax-cpu", "iree-llvm-cpu", "iree-rocm"], {SETTINGS})
gpu_trace(name="same", corner="jax-cpu", baseline="traces/old/same.jsonl", {SETTINGS})
gpu_trace(name="other", corner="jax-cpu", baseline="traces/old/other.jsonl", {SETTINGS})
files(name="old", sources=["old/*.jsonl"])
trace_comparison(name="good", traces=[":tiny"], bounds={bounds(1e-4)})
trace_comparison(name="bad", traces=[":tiny"], bounds={bounds(1e-12)})
trace_comparison(
    name="alone", traces=[":tiny#jax-cpu", ":tiny#iree-rocm"], bounds={bounds(1e-4)}
)
""",
}
RECORDED = ("tiny_jax-cpu.jsonl", "tiny_iree-llvm-cpu.jsonl")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return numerics_workspace(tmp_path_factory.mktemp("traces") / "repository", FILES)


@pytest.fixture(scope="module")
def compared(workspace: Workspace) -> Run:
    return workspace.pants("run", "//traces:good")


@pytest.fixture(scope="module")
def tested(workspace: Workspace, compared: Run) -> Run:
    """All targets, with the trace of the run before, and a changed one, as baselines."""
    trace = (written(workspace, "good") / RECORDED[0]).read_text()
    workspace.write(
        {"traces/old/same.jsonl": trace, "traces/old/other.jsonl": with_another_loss(trace, 2)}
    )
    return workspace.pants("-ldebug", "test", "traces:")


def written(workspace: Workspace, comparison: str) -> Path:
    return workspace.folder / "dist/traces" / comparison


def with_another_loss(trace: str, step: int) -> str:
    lines = [json.loads(line) for line in trace.splitlines()]
    (changed,) = (line for line in lines if line.get("step") == step)
    changed.update(loss=0.5, loss_hex=(0.5).hex())
    return "".join(json.dumps(line) + "\n" for line in lines)


def messages(workspace: Workspace, target: str, verdict: str) -> str:
    report = workspace.report(f"traces.{target}.json")
    assert report["verdict"] == verdict, report
    return "\n".join(report["messages"])  # type: ignore[arg-type]


needs_no_amd_gpu = pytest.mark.skipif(
    os.path.exists("/dev/kfd"), reason="this machine has the AMD GPU that must be missing"
)


def test_run_writes_traces_table_and_plots(workspace: Workspace, compared: Run) -> None:
    assert compared.exit_code == 0, compared.output
    folder = written(workspace, "good")
    assert "| iree-llvm-cpu and jax-cpu | 6 |" in (folder / "table.md").read_text()
    assert "| iree-llvm-cpu and jax-cpu | 6 |" in compared.output
    for name in RECORDED:
        lines = [json.loads(line) for line in (folder / name).read_text().splitlines()]
        assert [line["kind"] for line in lines] == ["header", *["step"] * 6, "final"]
    assert list((folder / "plots").glob("*.png"))
    evidence = workspace.report("traces.good.json")["evidence"]
    assert sorted(evidence["traces"]) == ["tiny/iree-llvm-cpu", "tiny/jax-cpu"]  # type: ignore


@needs_no_amd_gpu
def test_a_corner_without_its_device_is_not_available(workspace: Workspace, tested: Run) -> None:
    said = messages(workspace, "tiny@iree-rocm", "not-available")
    assert "the AMD GPU driver" in said and "/dev/kfd" in said and "--device" in said
    assert f"traces:tiny#iree-rocm: not-available: {said}" in tested.output
    assert "✓ traces:tiny#iree-rocm" not in tested.output
    assert "- iree-rocm: not available:" in (written(workspace, "good") / "table.md").read_text()


@needs_no_amd_gpu
def test_one_trace_is_no_comparison(workspace: Workspace, tested: Run) -> None:
    assert "no two traces" in messages(workspace, "alone", "not-available")


def test_a_baseline_that_differs_fails_naming_the_step(
    workspace: Workspace, tested: Run
) -> None:
    assert tested.exit_code == 1, tested.output
    assert messages(workspace, "same", "clean") == ""
    said = messages(workspace, "other", "hard-error")
    assert "traces/old/other.jsonl" in said and "step 2: loss 0.5 and" in said
    assert "step 1:" not in said and "step 3:" not in said
    assert said in tested.output


def test_a_broken_bound_fails(workspace: Workspace, tested: Run) -> None:
    said = messages(workspace, "bad", "hard-error")
    assert "tiny/iree-llvm-cpu" in said and "1e-12" in said
    assert messages(workspace, "good", "clean") == ""


def test_what_is_recorded_is_not_recorded_again(tested: Run) -> None:
    # What fails is not cached, so that one process is always seen here.
    assert any(process.startswith("Compare other with ") for process in tested.executed)
    assert not any(process.startswith("Record ") for process in tested.executed)


def test_a_broken_bound_fails_the_run_too(workspace: Workspace, tested: Run) -> None:
    done = workspace.pants("run", "//traces:bad")
    assert done.exit_code == 1, done.output
    assert "1e-12" in done.output and (written(workspace, "bad") / RECORDED[0]).exists()


def test_a_second_run_executes_no_numeric_process(workspace: Workspace, compared: Run) -> None:
    shown = written(workspace, "good") / "table.md"
    shown.unlink()
    done = workspace.pants("-ldebug", "run", "//traces:good")
    assert done.exit_code == 0, done.output
    assert not any(p.startswith(("Record ", "Compare ", "Look ")) for p in done.executed)
    assert shown.exists()
