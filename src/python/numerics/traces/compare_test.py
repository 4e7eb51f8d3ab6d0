"""The command: what passes, what fails, and what it writes."""

import json
from dataclasses import replace

import numpy as np
import pytest

from numerics.traces.compare import main
from numerics.corners.names import CORNERS
from numerics.traces.trace import as_text

DEFAULT = {
    "default": True,
    "step1": 1e-6,
    "step2": 1e-5,
    "early": {"steps": 4, "max": 1e-4},
    "epoch_mean": 0.01,
    "accuracy": 0.005,
}


def of_corner(trace, number: int):
    """Each made-up trace in a corner of its own, unless it has one."""
    if trace.header.corner != "jax-cpu":
        return trace
    return replace(trace, header=replace(trace.header, corner=list(CORNERS)[number]))


@pytest.fixture
def compare(tmp_path):
    """Run the command on traces by name; exit status and report."""

    def run(traces, bounds=(DEFAULT,), missing=(), flags=("--no-plots",)):
        items = []
        for number, (name, trace) in enumerate(traces.items()):
            path = tmp_path / f"{number}.jsonl"
            path.write_text(trace if isinstance(trace, str) else as_text(of_corner(trace, number)))
            items.append({"name": name, "path": str(path)})
        out = tmp_path / "out"
        request = {"traces": items, "bounds": bounds, "missing": missing, "out": str(out)}
        (tmp_path / "request.json").write_text(json.dumps(request))
        status = main([str(tmp_path / "request.json"), *flags])
        report = json.loads((out / "report.json").read_text())
        return status, {**report, **report["evidence"]}

    return run


def moved(made_up, step, by, **changes):
    losses = [s.loss for s in made_up().steps]
    losses[step - 1] = float(np.float32(losses[step - 1] + by))
    return made_up(losses=losses, **changes)


def test_all_pairs_of_a_group_and_none_across(compare, made_up) -> None:
    other = made_up(netspec_hash="d" * 64)
    status, report = compare(
        {"m/a": made_up(), "m/b": made_up(), "m/c": made_up(), "n/a": other, "n/b": other}
    )
    assert status == 0 and report["verdict"] == "clean" and report["messages"] == []
    assert [pair["names"] for pair in report["pairs"]] == [
        ["m/a", "m/b"], ["m/a", "m/c"], ["m/b", "m/c"], ["n/a", "n/b"],
    ]  # fmt: skip


def test_a_broken_bound_names_pair_quantity_found_and_bound(compare, made_up, capsys) -> None:
    status, report = compare({"m/a": made_up(), "m/b": made_up(), "m/c": moved(made_up, 1, 1e-3)})
    assert status == 1 and report["verdict"] == "hard-error"
    assert [(failure["pair"], failure["quantity"]) for failure in report["failures"]] == [
        (["m/a", "m/c"], "loss"),
        (["m/a", "m/c"], "early loss"),
        (["m/b", "m/c"], "loss"),
        (["m/b", "m/c"], "early loss"),
    ]
    first = report["failures"][0]
    assert first["quantity"] == "loss" and first["bound"] == 1e-6
    assert first["found"] == pytest.approx(1e-3, rel=1e-3)
    assert "m/a and m/c: loss at step 1 differs by 0.001" in capsys.readouterr().err


def test_the_bounds_of_a_pair_hold_for_that_pair_alone(compare, made_up) -> None:
    traces = {"m/a": made_up(), "m/b": made_up(), "m/c": moved(made_up, 2, 1e-4)}
    loose = {"step2": 1e-3, "early": {"steps": 4, "max": 1e-3}, "explain": "it is interpreted"}
    status, report = compare(traces, [DEFAULT, {"pair": ["m/c", "m/a"], **loose}])
    assert status == 1
    assert {tuple(failure["pair"]) for failure in report["failures"]} == {("m/b", "m/c")}
    assert report["pairs"][1]["explain"] == "it is interpreted"
    status, _ = compare(traces, [DEFAULT, {"group": "m", **loose}])
    assert status == 0


def test_runs_that_differ_are_not_compared(compare, made_up) -> None:
    status, report = compare({"m/a": made_up(), "m/b": made_up(data_hash="d" * 64)})
    assert status == 1 and report["pairs"] == []
    assert report["messages"][0].startswith("m/a and m/b are not of one run: data_hash: cccc")


def test_a_damaged_trace_fails(compare, made_up) -> None:
    cut = as_text(made_up())[:-30]
    status, report = compare({"m/a": made_up(), "m/b": made_up(), "m/c": cut})
    assert status == 1 and len(report["pairs"]) == 1
    assert "m/c: " in report["messages"][0] and "truncated" in report["messages"][0]


def test_nothing_to_compare_is_no_success(compare, made_up) -> None:
    status, report = compare({"m/a": made_up()}, missing=[{"name": "m/b", "reason": "no GPU"}])
    assert status == 1
    assert report["messages"] == ["m/a: there is no other trace to compare it with"]
    status, report = compare({})
    assert status == 1 and report["messages"] == ["there is no trace to compare"]


def test_a_trace_beside_itself_is_no_comparison(compare, made_up, capsys) -> None:
    same = made_up(corner="xla-cpu")
    status, report = compare({"m/a": same, "m/b": same})
    assert status == 1 and report["pairs"] == []
    assert "m/a and m/b compare nothing: both are of the corner xla-cpu" in report["messages"][0]
    elsewhere = replace(same.header.environment, device={"kind": "cpu", "name": "another"})
    status, _ = compare({"m/a": same, "m/b": made_up(corner="xla-cpu", environment=elsewhere)})
    assert status == 0


def test_one_common_step_and_gradients_of_zero_are_no_comparison(compare, made_up) -> None:
    status, report = compare({"m/a": made_up(), "m/b": made_up(recorded_steps=1)})
    assert status == 1 and "1 step in common, and 2 are needed" in report["messages"][0]
    flat = made_up()
    flat = replace(flat, steps=tuple(replace(step, grad_norm=0.0) for step in flat.steps))
    status, report = compare({"m/a": flat, "m/b": flat})
    assert status == 1 and "the gradient is zero in all 8 steps" in report["messages"][0]


def test_parameters_that_do_not_move_show_no_backward_pass(compare, made_up) -> None:
    slow = replace(made_up().header.config, learning_rate=1e-7)
    traces = {"m/a": made_up(config=slow), "m/b": made_up(config=slow, corner="xla-cpu")}
    status, report = compare(traces)
    assert status == 1 and report["pairs"] == []
    assert "no rate is above 1e-07" in report["messages"][0]
    fast = replace(slow, learning_rate=1e-5)
    traces = {"m/a": made_up(config=fast), "m/b": made_up(config=fast, corner="xla-cpu")}
    assert compare(traces)[0] == 0


@pytest.mark.parametrize(("factor", "status"), [(2.0, 1), (1.02, 1), (1.0001, 0)])
def test_the_first_gradient_is_bounded_whatever_the_bounds(
    compare, made_up, factor: float, status: int
) -> None:
    right, wrong = made_up(), made_up(corner="xla-cpu")
    norm = float(np.float32(factor * wrong.steps[0].grad_norm))
    wrong = replace(wrong, steps=(replace(wrong.steps[0], grad_norm=norm), *wrong.steps[1:]))
    found, report = compare({"m/a": right, "m/b": wrong})
    assert found == status
    assert any("the first gradient's norm" in said for said in report["messages"]) == bool(status)


def test_one_file_under_two_names_is_refused(compare, made_up, tmp_path, capsys) -> None:
    compare({"m/a": made_up(), "m/b": made_up()})
    request = json.loads((tmp_path / "request.json").read_text())
    request["traces"][1]["path"] = request["traces"][0]["path"]
    (tmp_path / "request.json").write_text(json.dumps(request))
    with pytest.raises(SystemExit):
        main([str(tmp_path / "request.json")])
    assert "which another one is already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "key", "value", "said"),
    [
        (0, "netspec_hash", None, "missing key 'netspec_hash'"),
        (0, "data_hash", "d" * 64, "are not of one run: data_hash"),
        (0, "recorded_steps", 7, "is beyond the 7 that the header says"),
        (2, "loss", 0.5, "but 'loss_hex' is"),
        (2, "lr", 1.0, "but 'lr_hex' is"),
        (-1, "steps", 7, "'steps' is 7"),
    ],
)
def test_a_trace_edited_by_hand_is_found(compare, made_up, line, key, value, said: str) -> None:
    records = [json.loads(text) for text in as_text(made_up()).splitlines()]
    if value is None:
        del records[line][key]
    else:
        records[line][key] = value
    edited = "".join(json.dumps(record) + "\n" for record in records)
    status, report = compare({"m/a": made_up(corner="xla-cpu"), "m/b": edited})
    assert status == 1 and said in report["messages"][0]


def test_what_is_missing_is_said(compare, made_up, tmp_path) -> None:
    missing = [{"name": "m/iree-cuda", "reason": "no libcuda.so.1"}]
    status, report = compare({"m/a": made_up(), "m/b": made_up()}, missing=missing)
    assert status == 0 and report["missing"] == {"m/iree-cuda": "no libcuda.so.1"}
    table = (tmp_path / "out" / "table.md").read_text()
    assert "- iree-cuda: not available: no libcuda.so.1" in table
    assert "| a and b | 8 | 0 | 0 | 0 | 0 | 0 | 1 | never | 0 | 0 |" in table


def test_plots_are_pictures_and_repeatable(compare, made_up, tmp_path) -> None:
    def draw() -> dict[str, bytes]:
        compare({"m/a": made_up(), "m/b": moved(made_up, 3, 1e-5)}, flags=())
        return {p.name: p.read_bytes() for p in (tmp_path / "out" / "plots").iterdir()}

    first = draw()
    assert set(first) == {"m_losses.png", "m_differences.png"}
    assert all(content.startswith(b"\x89PNG") for content in first.values())
    assert draw() == first


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ([], "0 entries with 'default'"),
        ([DEFAULT, DEFAULT], "2 entries with 'default'"),
        ([{"default": True, "step1": 1e-3}], "missing bound 'step2'"),
        ([DEFAULT, {"step1": 1e-3}], "need one of 'default', 'group', 'pair'"),
        ([DEFAULT, {"group": "x", "step1": 1e-3}], "group 'x', in which no trace is"),
        ([DEFAULT, {"pair": ["m/a", "m/z"], "step1": 1e-3}], "it must be two of m/a, m/b"),
        ([DEFAULT, {"pair": ["m/a", "m/b"], "step1": 1e-3}], "'explain' why"),
        ([DEFAULT, {"group": "m", "step7": 1}], "unknown bound 'step7'"),
        ([{**DEFAULT, "step1": 1e30}], "it must be at most 0.01"),
        ([DEFAULT, {"group": "m", "accuracy": 1.0}], "it must be at most 0.1"),
    ],
)
def test_bounds_that_make_no_sense(compare, made_up, bounds, message: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        compare({"m/a": made_up(), "m/b": made_up()}, bounds)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
