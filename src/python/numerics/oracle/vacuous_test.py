"""Oracles that compare nothing, and the measured noise floor. No compiler is needed."""

import json

import numpy as np
import pytest

from numerics.nets.load import parse
from numerics.oracle.comparison import NOISE, Bounds, compare, last_place
from numerics.oracle.noise import Floor, _moved, measure
from numerics.oracle.problem import Outcome, pose
from numerics.oracle.run_oracle import MAX_ABS_STEP2, MAX_ULP, main
from numerics.oracle.solvers import RulesNumpy, emitted_xla

SMALL = "input: {channels: 1, height: 2, width: 2}"
HONEST = "  - dense: {fan_in: 4, fan_out: 3}"
BOUNDS = Bounds(MAX_ABS_STEP2, MAX_ULP)


def net(layers, image=SMALL):
    return f"name: tested\n{image}\nlayers:\n{layers}\n"


@pytest.fixture
def oracle(tmp_path, capsys):
    """Run the command on a net with the rules twice; its exit status, report and stdout."""

    def run(text, *flags):
        path, report = tmp_path / "net.yaml", tmp_path / "report.json"
        path.write_text(text)
        corners = {"numpy-f64": RulesNumpy, "second": RulesNumpy}
        status = main(["--net", str(path), "--report", str(report), *flags], corners)
        found = json.loads(report.read_text())
        return status, {**found, **found["evidence"]}, capsys.readouterr().out

    return run


REFUSED = {
    "one class": (net("  - dense: {fan_in: 4, fan_out: 1}"), "has one class"),
    "one class behind a convolution": (
        net("  - conv2d: {in_channels: 1, out_channels: 1, kernel: 1}\n  - globalAvgPool"),
        "has one class",
    ),
    "one pixel": (
        net(
            "  - dense: {fan_in: 1, fan_out: 1}",
            "input: {channels: 1, height: 1, width: 1}",
        ),
        "has one class",
    ),
    "no parameters": (
        net("  - globalAvgPool", "input: {channels: 5, height: 3, width: 2}"),
        "has no parameters",
    ),
    "pools only": (
        net("  - maxPool: {size: 2, stride: 2}\n  - flatten",
            "input: {channels: 2, height: 4, width: 4}"),
        "has no parameters",
    ),
    "norm of one feature": (
        net(
            "  - dense: {fan_in: 4, fan_out: 1}\n  - featureNorm: {features: 1}\n"
            "  - dense: {fan_in: 1, fan_out: 2}"
        ),
        "gradient of layer1.dense.weight is zero in every entry, whatever the seed",
    ),
    "norm of one feature in the middle": (
        net(
            "  - dense: {fan_in: 4, fan_out: 3, activation: swish}\n"
            "  - dense: {fan_in: 3, fan_out: 1}\n  - featureNorm: {features: 1}\n"
            "  - dense: {fan_in: 1, fan_out: 4}"
        ),
        "gradient of layer2.dense.weight is zero in every entry, whatever the seed",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_an_oracle_that_compares_nothing_is_refused(oracle, text, message):
    status, report, out = oracle(text)
    assert status == 1 and report["verdict"] == "hard-error"
    assert any(message in failure for failure in report["messages"])
    assert message in out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--lr", "1e-12"], "is below rounding: the step changes no parameter"),
        (["--lr", "1e-6"], "the step changes the loss by"),
        (["--optimizer", "sgd", "--lr", "1e-9"], "is below rounding"),
        (["--max-abs-step2", "1e30", "--explain", "wide"], "1e+30 is allowed, so that no step"),
        (["--max-abs-step2", "0.1", "--explain", "wide"], "0.1 is allowed, so that no step"),
    ],
)
def test_a_step_that_shows_nothing_is_refused(oracle, flags, message):
    status, report, _ = oracle(net(HONEST), *flags)
    assert status == 1 and any(message in failure for failure in report["messages"])


def test_the_honest_net_passes_and_names_its_floor(oracle):
    status, report, out = oracle(net(HONEST))
    assert status == 0 and report["messages"] == [] and report["zero_gradients"] == []
    floor = report["noise_floor"]
    assert 0 < floor["loss1"] < 1e-5 and 0 < floor["highest_ulp"] < 50
    assert set(floor["gradients"]) == {"layer1.dense.weight", "layer1.dense.bias"}
    assert "noise floor: loss1 " in out and f"{NOISE:g} times it is allowed" in out


@pytest.mark.parametrize("bound", ["1e30", "4e6"])
def test_a_bound_at_which_zero_would_pass_is_a_usage_error(oracle, capsys, bound):
    with pytest.raises(SystemExit) as stopped:
        oracle(net(HONEST), "--max-ulp", bound, "--explain", "wide")
    assert stopped.value.code == 2 and "45% off, or of zero" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(12))
def test_a_unit_that_is_dead_at_one_seed_is_no_failure(oracle, seed):
    text = net("  - dense: {fan_in: 4, fan_out: 1, activation: relu}\n"
               "  - dense: {fan_in: 1, fan_out: 3}")
    _, report, _ = oracle(text, "--seed", str(seed))
    assert not any("whatever the seed" in failure for failure in report["messages"])


def test_a_bias_before_a_batch_norm_is_zero_in_theory_and_named(oracle):
    image = "input: {channels: 1, height: 6, width: 6}"
    text = net(
        "  - conv2d: {in_channels: 1, out_channels: 2, kernel: 1, activation: identity}\n"
        "  - convBn: {in_channels: 2, out_channels: 2, kernel: 1}\n"
        "  - flatten\n  - dense: {fan_in: 72, fan_out: 3}",
        image,
    )
    status, report, out = oracle(text)
    assert status == 0 and "layer1.conv.bias" in report["zero_gradients"]
    assert "zero but for rounding: the gradients of layer1.conv.bias" in out


# A batch norm over two nearly equal numbers for each channel.
ILL = net(
    "  - convBn: {in_channels: 1, out_channels: 3, kernel: 2, padding: valid,\n"
    "             activation: identity}\n"
    "  - globalAvgPool\n  - dense: {fan_in: 3, fan_out: 3}"
)


def test_the_floor_is_that_of_the_net():
    well, ill = (
        pose(parse(text, "test"), "adam", 1e-3, 2, 1, "general") for text in (net(HONEST), ILL)
    )
    highest = []
    for problem in (well, ill):
        exact = RulesNumpy().run(problem)
        floor = measure(problem, exact)
        assert floor == measure(problem, exact)
        result = compare("x", exact, "y", exact, BOUNDS, floor)
        highest.append(max(error.floor for error in result.gradients))
    assert highest[1] > 3 * highest[0]


# Biases whose gradient is zero in exact arithmetic: the terms that cancel are large, and what is
# left of them in float32 has nothing to do with how well the parameters are known.
CANCELLING = {
    "bias before a pool and a norm": (
        "  - conv2d: {in_channels: 2, out_channels: 2, kernel: 3, padding: valid}\n"
        "  - maxPool: {size: 2, stride: 2, padding: valid}\n"
        "  - convBn: {in_channels: 2, out_channels: 3, kernel: 2, padding: valid, activation: relu}"
        "\n  - globalAvgPool\n  - dense: {fan_in: 3, fan_out: 4}",
        "input: {channels: 2, height: 11, width: 15}",
    ),
    "bias before a norm": (
        "  - conv2d: {in_channels: 1, out_channels: 3, kernel: 3, activation: identity}\n"
        "  - convBn: {in_channels: 3, out_channels: 2, kernel: 1, activation: hard_swish}\n"
        "  - globalAvgPool\n  - dense: {fan_in: 2, fan_out: 3}",
        "input: {channels: 1, height: 9, width: 7}",
    ),
}


@pytest.mark.parametrize("name", CANCELLING)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_compiler_may_round_as_float32_does(name, seed):
    pytest.importorskip("jax")
    problem = pose(parse(net(*CANCELLING[name]), "test"), "adam", 1e-3, 4, seed, "general")
    exact = RulesNumpy().run(problem)
    outcome, floor = emitted_xla().run(problem), measure(problem, exact)
    result = compare("xla", outcome, "rules", exact, BOUNDS, floor)
    assert result.failures == ()


def test_rounding_is_part_of_the_floor():
    (layers, image) = CANCELLING["bias before a norm"]
    problem = pose(parse(net(layers, image), "test"), "adam", 1e-3, 4, 1, "general")
    exact = RulesNumpy().run(problem)
    moved = RulesNumpy().run(_moved(problem, 0)).gradients["layer1.conv.bias"]
    alone = np.abs(moved - exact.gradients["layer1.conv.bias"]).max()
    assert measure(problem, exact).gradients["layer1.conv.bias"] > 100 * alone > 0


def test_what_is_allowed_is_the_bound_or_a_multiple_of_the_floor():
    reference = Outcome(1.0, {"a": np.array([1.0, 0.5])}, 0.5)
    unit = last_place(1.0)
    moved = Outcome(1.0, {"a": np.array([1.0 + 300 * unit, 0.5])}, 0.5)
    assert "allowed 256 (noise floor 0)" in compare("x", moved, "y", reference, BOUNDS).failures[0]
    floor = Floor(0.0, 0.0, {"a": 50 * unit}, {"a": 1.0})
    assert compare("x", moved, "y", reference, BOUNDS, floor).failures == ()
    far = Outcome(1.0, {"a": np.array([1.0 + 500 * unit, 0.5])}, 0.5)
    failures = compare("x", far, "y", reference, BOUNDS, floor).failures
    assert "allowed 400 (noise floor 50)" in failures[0]
