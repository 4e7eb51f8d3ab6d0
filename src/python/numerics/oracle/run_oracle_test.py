"""The oracle's command: what passes, what fails, and what it says."""

import json
import math

import numpy as np
import pytest

from numerics.corners.corner import CornerUnavailable
from numerics.nets.load import load, parse
from numerics.oracle.comparison import Bounds, compare, last_place
from numerics.oracle.problem import Outcome, pose
from numerics.oracle.run_oracle import MAX_ABS_STEP2, MAX_ULP, main
from numerics.oracle.solvers import SOLVERS, Autodiff, RulesNumpy, emitted_iree

NET = """
name: tiny
input: {channels: 1, height: 4, width: 4}
layers:
  - convBn: {in_channels: 1, out_channels: 2, kernel: 3}
  - flatten
  - dense: {fan_in: 32, fan_out: 3}
"""


class Altered(RulesNumpy):
    """The rules in NumPy with one number changed."""

    def __init__(self, loss1=0.0, loss2=0.0, gradient=0.0):
        super().__init__()
        self._changes = loss1, loss2, gradient

    def run(self, problem):
        found = super().run(problem)
        loss1, loss2, change = self._changes
        gradients = {name: value.copy() for name, value in found.gradients.items()}
        gradients["layer1.conv.weight"][1, 0, 2, 0] += change
        return Outcome(found.loss1 + loss1, gradients, found.loss2 + loss2)


class Missing(RulesNumpy):
    def versions(self):
        raise CornerUnavailable("nothing", "none", "install nothing")


class Broken(RulesNumpy):
    def run(self, problem):
        raise RuntimeError("error: 'stablehlo.add' op is ill-typed")


@pytest.fixture
def oracle(tmp_path):
    """Run the command with a second corner; its exit status, JSON report and NetSpec path."""
    net = tmp_path / "tiny.yaml"
    net.write_text(NET)

    def run(second, *flags):
        corners = {"numpy-f64": RulesNumpy, "second": second}
        report = tmp_path / "reports" / "out.json"
        status = main(["--net", str(net), "--report", str(report), *flags], corners)
        found = json.loads(report.read_text())
        assert found["verdict"] == ("hard-error" if status else "clean")
        return status, {**found, **found["evidence"]}

    return run


def test_equal_corners_pass(oracle, capsys) -> None:
    status, report = oracle(RulesNumpy)
    assert status == 0 and report["messages"] == [] and report["judged"] == 1
    assert [pair["corner"] for pair in report["pairs"]] == ["second"]
    assert len(report["pairs"][0]["gradients"]) == 5
    assert "tiny: passed" in capsys.readouterr().out


def test_the_report_identifies_what_was_compared(oracle) -> None:
    _, report = oracle(RulesNumpy, "--optimizer", "sgd", "--lr", "0.5", "--batch", "3")
    spec = parse(NET, "test")
    problem = pose(spec, "sgd", 0.5, 3, 314159, "general")
    assert report["schema"] == "fourfold.findings" and report["schema_version"] == 1
    assert report["netspec_sha256"] == spec.sha256
    assert report["parameters_sha256"] == problem.parameter_sha256
    assert report["batch_sha256"] == problem.batch.sha256
    assert (report["optimizer"], report["lr"], report["batch_size"]) == ("sgd", 0.5, 3)
    assert report["corners"]["second"]["versions"] == {"numpy": np.__version__}
    assert [f["name"] for f in report["formulas"]] == [r["name"] for r in report["rules"]]
    names = {rule["name"] for rule in report["rules"]}
    assert names == {"Conv", "BatchNorm", "relu", "Flatten", "Dense", "softmax_cross_entropy"}


def test_a_wrong_gradient_fails_and_is_located(oracle, capsys) -> None:
    status, report = oracle(lambda: Altered(gradient=0.01))
    assert status == 1
    (failure,) = report["messages"]
    assert (
        "second against numpy-f64: gradient of layer1.conv.weight at [1, 0, 2, 0]" in failure
    )
    assert "off by 0.01" in failure and "allowed 256" in failure
    worst = report["pairs"][0]["worst_gradient"]
    assert worst == "layer1.conv.weight"
    assert "tiny: FAILED" in capsys.readouterr().out


def test_a_wrong_loss_fails(oracle) -> None:
    status, report = oracle(lambda: Altered(loss1=1e-3))
    assert status == 1 and "loss1 is" in report["messages"][0]
    status, report = oracle(lambda: Altered(loss2=1.1e-5))
    assert status == 1 and "off by 1.1e-05, allowed 1e-05" in report["messages"][0]
    assert oracle(lambda: Altered(loss2=0.9e-5))[0] == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("field", ["loss1", "loss2", "gradient"])
def test_what_is_not_finite_fails(oracle, field: str, bad: float) -> None:
    status, report = oracle(lambda: Altered(**{field: bad}))
    assert status == 1
    assert any(field.rstrip("12") in f and "finite" in f for f in report["messages"])
    assert any("nothing was compared" in failure for failure in report["messages"])


def test_a_missing_corner_fails_unless_it_is_allowed(oracle) -> None:
    status, report = oracle(Missing)
    assert status == 1
    assert "pass --allow-missing second" in report["messages"][0]
    status, report = oracle(Missing, "--allow-missing", "second")
    assert status == 1  # one corner alone compares nothing
    assert report["messages"][0].startswith("nothing was compared")
    assert report["corners"]["second"]["available"] is False


def test_two_corners_suffice_when_a_third_may_be_missing(tmp_path) -> None:
    net = tmp_path / "tiny.yaml"
    net.write_text(NET)
    corners = {"numpy-f64": RulesNumpy, "second": RulesNumpy, "third": Missing}
    assert main(["--net", str(net)], corners) == 1
    assert main(["--net", str(net), "--allow-missing", "third"], corners) == 0
    assert main(["--net", str(net), "--corners", "second,numpy-f64"], corners) == 0


def test_rules_compared_with_themselves_compare_nothing(tmp_path, capsys) -> None:
    net = tmp_path / "tiny.yaml"
    net.write_text(NET)
    own = {"numpy-f64": RulesNumpy, "xla-cpu": RulesNumpy}
    for corners, flags in (
        (own, ()),
        ({"jax-cpu": Missing, **own}, ("--allow-missing", "jax-cpu")),
        ({"jax-cpu": RulesNumpy, **own}, ("--corners", "numpy-f64,xla-cpu")),
    ):
        assert main(["--net", str(net), *flags], corners) == 1
        assert "takes the same backward rules" in capsys.readouterr().out
    assert main(["--net", str(net)], {"jax-cpu": RulesNumpy, **own}) == 0


def test_a_corner_that_raises_fails(oracle) -> None:
    status, report = oracle(Broken, "--allow-missing", "second")
    assert status == 1
    assert "corner second raised RuntimeError: error: 'stablehlo.add'" in report["messages"][0]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--corners", "nowhere"], "there is no corner 'nowhere'"),
        (["--corners", "second,second"], "names a corner twice"),
        (["--max-ulp", "257"], "say why with --explain"),
        (["--max-abs-step2", "1e-4", "--explain", " "], "say why with --explain"),
        (["--max-ulp", "nan"], "not a positive number"),
        (["--lr", "-1"], "not a positive number"),
        (["--batch", "0"], "would check nothing"),
        (["--seed", "-1"], "--seed is -1"),
        (["--optimizer", "adagrad"], "invalid choice"),
    ],
)
def test_a_senseless_command_line_is_a_usage_error(oracle, capsys, flags, message) -> None:
    with pytest.raises(SystemExit) as stopped:
        oracle(RulesNumpy, *flags)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_an_unreadable_netspec_is_a_usage_error(tmp_path, capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--net", str(tmp_path / "absent.yaml")])
    assert stopped.value.code == 2
    assert "absent.yaml" in capsys.readouterr().err


def test_looser_bounds_hold_with_an_explanation_that_is_reported(oracle) -> None:
    flags = ["--max-abs-step2", "1e-4", "--explain", "one gradient entry is zero but for rounding"]
    status, report = oracle(lambda: Altered(loss2=5e-5), *flags)
    assert status == 0
    assert report["explanation"] == flags[-1]


def test_general_start_moves_every_constant_and_is_reproducible() -> None:
    spec = parse(NET, "test")
    general, initial = (
        pose(spec, "sgd", 0.1, 2, 5, start).values for start in ("general", "initial")
    )
    again = pose(spec, "sgd", 0.1, 2, 5, "general").values
    for name, value in general.items():
        np.testing.assert_array_equal(value, again[name])
        moved = np.abs(value - initial[name])
        if name == "layer1.conv.weight" or name == "layer3.dense.weight":
            assert not moved.any()
        else:
            assert moved.all() and moved.max() < 0.25 + 1e-6


def test_units_in_the_last_place_are_those_of_the_largest_entry() -> None:
    big, small = np.array([1.0, 1e-6]), np.array([0.0])
    reference = Outcome(1.0, {"a": big, "b": small}, 1.0)
    moved = Outcome(1.0, {"a": big + [0, 2.0**-22], "b": small + 2.0**-27}, 1.0)
    result = compare("x", moved, "y", reference, Bounds(1e-5, 1.5))
    a, b = result.gradients
    assert (a.ulps, a.worst) == (2.0, (1,))
    assert (b.scale, b.ulps) == (2.0**-4, 1.0)  # zero tensor: measured against the others
    assert len(result.failures) == 1 and "gradient of a at [1]" in result.failures[0]


def test_last_place() -> None:
    assert last_place(1.0) == last_place(-1.9) == 2.0**-23
    assert last_place(0.5) == 2.0**-24


def test_sign_flips_are_counted() -> None:
    reference = Outcome(1.0, {"a": np.array([1.0, 1e-9, -3e-9, 0.0])}, 1.0)
    moved = Outcome(1.0, {"a": np.array([1.0, -1e-9, 3e-9, 1e-9])}, 1.0)
    (error,) = compare("x", moved, "y", reference, Bounds(1e-5, 10.0)).gradients
    assert (error.sign_flips, error.largest_flip) == (2, 3e-9)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_all_corners_of_this_machine_agree(tmp_path, optimizer: str) -> None:
    for package in ("jax", "iree.compiler", "iree.runtime"):
        pytest.importorskip(package)
    net, report = tmp_path / "tiny.yaml", tmp_path / "out.json"
    net.write_text(NET)
    assert main(["--net", str(net), "--optimizer", optimizer, "--report", str(report)]) == 0
    found = json.loads(report.read_text())["evidence"]
    assert list(found["corners"]) == list(SOLVERS)
    assert len(found["pairs"]) == 5
    assert load(net).sha256 == found["netspec_sha256"]


# Along an axis with one window, what that window does not reach is left out of the emitted text.
WINDOWS = {
    "stride beyond the kernel": (4, 3, 2, 5, "valid"),
    "one row of windows": (3, 9, 3, 2, "valid"),
    "one column of windows": (9, 4, 3, 4, "valid"),
    "padded": (4, 4, 3, 4, "same"),
    "a kernel of one": (3, 3, 1, 4, "valid"),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_one_window_compiles_and_agrees(name: str) -> None:
    for package in ("jax", "iree.compiler", "iree.runtime"):
        pytest.importorskip(package)
    height, width, kernel, stride, padding = WINDOWS[name]
    text = f"""\
name: windows
input: {{channels: 2, height: {height}, width: {width}}}
layers:
  - convBn: {{in_channels: 2, out_channels: 3, kernel: {kernel}, stride: {stride},
             padding: {padding}, activation: identity}}
  - globalAvgPool
  - dense: {{fan_in: 3, fan_out: 3}}
"""
    problem = pose(parse(text, "windows"), "sgd", 1e-3, 2, 1, "general")
    reference = Autodiff().run(problem)
    for corner in (RulesNumpy, emitted_iree):
        bounds = Bounds(MAX_ABS_STEP2, MAX_ULP)
        assert compare("x", corner().run(problem), "y", reference, bounds).failures == ()


def test_a_former_name_of_a_corner_is_taken_and_said(tmp_path) -> None:
    net, report = tmp_path / "tiny.yaml", tmp_path / "out.json"
    net.write_text(NET)
    corners = {"jax-cpu": RulesNumpy, "numpy-f64": RulesNumpy, "xla-cpu": Missing}
    flags = ["--corners", "rules@numpy-f64,autodiff@xla,emitted@xla"]
    asked = [*flags, "--allow-missing", "emitted@xla", "--report", str(report)]
    assert main(["--net", str(net), *asked], corners) == 0
    found = json.loads(report.read_text())
    assert list(found["evidence"]["corners"]) == ["jax-cpu", "numpy-f64", "xla-cpu"]
    assert found["notes"][1:] == [
        f"corner {former} is written {now} now"
        for former, now in (
            ("rules@numpy-f64", "numpy-f64"),
            ("autodiff@xla", "jax-cpu"),
            ("emitted@xla", "xla-cpu"),
        )
    ]


def test_a_corner_has_one_name(tmp_path, capsys) -> None:
    net = tmp_path / "tiny.yaml"
    net.write_text(NET)
    with pytest.raises(SystemExit):
        main(["--net", str(net), "--corners", "jax-cpu,autodiff@xla"])
    assert "names a corner twice" in capsys.readouterr().err
