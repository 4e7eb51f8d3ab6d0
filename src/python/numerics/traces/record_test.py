"""Real corners on a tiny net: they agree, repeat, and a wrong constant in one of them is caught."""

import dataclasses
import json

import pytest

from numerics.corners.corner import CornerUnavailable
from numerics.stablehlo.optimizers import Adam
from numerics.traces import comparison, digits, reader, record, session_emitted
from numerics.traces.config import Config

NET = """
name: tiny
input: {channels: 1, height: 28, width: 28}
layers:
  - flatten
  - dense: {fan_in: 784, fan_out: 8, activation: relu}
  - dense: {fan_in: 8, fan_out: 10}
"""
CPU_CORNERS = ("jax-cpu", "xla-cpu", "iree-llvm-cpu", "iree-vmvx")
BOUNDS = comparison.Bounds(
    step1=5e-7, step2=5e-7, early_steps=6, early=2e-6, epoch_mean=2e-6, accuracy=0.0
)
RUN = Config(
    batch=512,
    data="synthetic-digits",
    data_hash=None,
    epoch_steps=3,
    learning_rate=1e-2,
    optimizer="adam",
    schedule="cosine",
    seed=314159,
    steps=6,
    warmup_steps=2,
    weight_decay=0.1,
)


@pytest.fixture(scope="module")
def run_in(tmp_path_factory):
    """Record in a folder of its own; exit status and that folder."""

    def run(corner: str, config: Config = RUN, *flags: str, net_text: str = NET):
        folder = tmp_path_factory.mktemp("record")
        net = folder / "net.yaml"
        net.write_text(net_text)
        text = json.dumps(config.as_json())
        common = ["--net", str(net), "--config", text, "--corner", corner]
        return record.main([*common, "--out", str(folder / "out"), *flags]), folder / "out"

    return run


@pytest.fixture(scope="module")
def recorded(run_in):
    """The folder of each processor corner's recording."""
    found = {}
    for corner in CPU_CORNERS:
        steps = ["--record-steps", "2"] if corner == "iree-vmvx" else []
        status, found[corner] = run_in(corner, RUN, *steps)
        assert status == 0
    return found


def report(folder):
    found = json.loads((folder / "report.json").read_text())
    return {**found, **found["evidence"]}


def test_all_corners_of_the_processor_agree(recorded) -> None:
    traces = {corner: reader.read(folder / "trace.jsonl") for corner, folder in recorded.items()}
    ours = traces["jax-cpu"]
    assert ours.steps[-1].loss < ours.steps[0].loss
    assert ours.held_out is not None and ours.held_out.examples == 1024
    for corner in CPU_CORNERS[1:]:
        assert comparison.different_identity(ours, traces[corner]) == []
        pair = comparison.compare(("jax-cpu", corner), ours, traces[corner])
        assert comparison.failures(pair, BOUNDS) == []
        assert pair.grad_norm_relative < 1e-6
    assert traces["iree-vmvx"].held_out is None and len(traces["iree-vmvx"].steps) == 2


@pytest.mark.parametrize("corner", ["jax-cpu", "iree-llvm-cpu"])
def test_a_corner_repeats_to_the_byte(recorded, run_in, corner: str) -> None:
    _, again = run_in(corner)
    first = (recorded[corner] / "trace.jsonl").read_bytes()
    assert (again / "trace.jsonl").read_bytes() == first


def test_report_and_times(recorded) -> None:
    found = report(recorded["jax-cpu"])
    assert found["verdict"] == "clean" and found["messages"] == [] and found["steps"] == 6
    assert 0 < found["held_out_accuracy"] < 1
    times = json.loads((recorded["jax-cpu"] / "timing.json").read_text())
    assert len(times["step_ms"]) == 6 and times["steps_per_second"] > 0


@pytest.mark.parametrize("wrong", [Adam(beta2=0.998, weight_decay=0.1), Adam()])
def test_a_wrong_constant_of_the_optimizer_is_caught(recorded, run_in, monkeypatch, wrong) -> None:
    monkeypatch.setattr(session_emitted, "optimizer", lambda config: wrong)
    _, folder = run_in("xla-cpu")
    traces = [reader.read(f / "trace.jsonl") for f in (recorded["jax-cpu"], folder)]
    pair = comparison.compare(("jax-cpu", "wrong"), *traces)
    assert pair.step1 <= BOUNDS.step1  # the loss before any update cannot show it
    assert "early loss" in {failure.quantity for failure in comparison.failures(pair, BOUNDS)}


def test_a_loss_that_is_not_finite_fails(run_in) -> None:
    status, folder = run_in("xla-cpu", dataclasses.replace(RUN, learning_rate=1e38))
    assert status == 1 and report(folder)["verdict"] == "hard-error"
    assert "is nan" in report(folder)["messages"][0] or "is inf" in report(folder)["messages"][0]
    with pytest.raises(reader.TraceError, match="without a final record"):
        reader.read(folder / "trace.jsonl")


def test_a_corner_that_is_not_here(run_in, monkeypatch) -> None:
    def absent(name):
        raise CornerUnavailable("a made-up device", "none", "buy one")

    monkeypatch.setattr(record, "make_corner", absent)
    status, folder = run_in("iree-cuda")
    assert status == 77
    assert not (folder / "trace.jsonl").exists()
    found = report(folder)
    assert found["verdict"] == "not-available" and "buy one" in found["messages"][0]
    assert found["not_available"] == {
        "looked_for": "a made-up device", "found": "none", "how_to_get": "buy one",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("config", "flags", "message"),
    [
        (dataclasses.replace(RUN, epoch_steps=17), (), "8704 examples, but synthetic-digits-1"),
        (dataclasses.replace(RUN, data="mnist", data_hash="0" * 64), (), "needs --data"),
        (RUN, ("--record-steps", "7"), "--record-steps is 7; the config has 6 steps"),
    ],
)
def test_what_makes_no_sense(run_in, config, flags, message: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        run_in("jax-cpu", config, *flags)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("fan_out: 10", "fan_out: 5"), "the net tiny ends in 5 classes, but synthetic-digits-1"),
        (("fan_out: 10", "fan_out: 11"), "the net tiny ends in 11 classes"),
        (("height: 28, width: 28", "height: 14, width: 56"), "images of 1 x 14 x 56"),
        (("channels: 1, height: 28", "channels: 2, height: 14"), "images of 2 x 14 x 28"),
    ],
)
def test_a_net_that_does_not_fit_the_data_is_not_recorded(run_in, change, message, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        run_in("jax-cpu", RUN, net_text=NET.replace(*change))
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_a_run_that_learns_nothing_is_no_success(made_up) -> None:
    flat = made_up()
    steps = tuple(dataclasses.replace(step, grad_norm=0.0) for step in flat.steps)
    (said,) = record._nothing_learned(dataclasses.replace(flat, steps=steps))
    assert "the gradient is zero in all 8 steps" in said
    assert record._nothing_learned(flat) == []


def test_held_out_batches_are_all_counted() -> None:
    """With a made-up session that is right about every third example."""

    class EveryThird:
        def evaluate(self, batch):
            return 0.5, -(-len(batch[1]) // 3)

    found = record.evaluate(EveryThird(), digits.synthetic_digits(), 512)
    assert (found.examples, found.correct, found.loss) == (1024, 342, 0.5)
