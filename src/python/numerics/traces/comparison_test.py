import dataclasses

import numpy as np
import pytest

from numerics.traces.comparison import (
    Bounds,
    BoundsError,
    bounds_from_json,
    compare,
    different_identity,
    failures,
    ulps,
)

BOUNDS = Bounds(step1=2e-7, step2=1e-5, early_steps=4, early=1e-4, epoch_mean=0.01, accuracy=0.005)
NAMES = ("m/a", "m/b")


def shifted(made_up, **shifts):
    """A trace beside the usual one; `shifts` are by step, as step1=1e-3."""
    losses = [step.loss for step in made_up().steps]
    for name, shift in shifts.items():
        position = int(name.removeprefix("step")) - 1
        losses[position] = float(np.float32(losses[position] + shift))
    return made_up(losses=losses)


def test_ulps() -> None:
    one = np.float32(1)
    assert ulps(1.0, 1.0) == 0
    assert ulps(1.0, float(np.nextafter(one, np.float32(2)))) == 1
    assert ulps(0.0, -0.0) == 0
    tiny = float(np.nextafter(np.float32(0), one))
    assert ulps(tiny, -tiny) == 2
    assert ulps(1.0, 2.0) == 2**23


def test_equal_traces(made_up) -> None:
    pair = compare(NAMES, made_up(), made_up())
    assert (pair.step1, pair.step1_ulp, pair.maximum, pair.first_divergent) == (0, 0, 0, None)
    assert [mean.epoch for mean in pair.epochs] == [0, 1]
    assert failures(pair, Bounds(0, 0, 8, 0, 0, 0)) == []


def test_the_numbers_of_a_pair(made_up) -> None:
    pair = compare(NAMES, made_up(), shifted(made_up, step3=0.25, step6=-0.5))
    assert pair.first_divergent == 3
    assert pair.maximum == pytest.approx(0.5) and pair.maximum_step == 6
    assert pair.median == 0
    assert pair.epochs[0].difference == pytest.approx(0.25 / 3)
    assert pair.epochs[1].difference == pytest.approx(0.5 / 3)
    last_place = compare(NAMES, made_up(), shifted(made_up, step1=2.5e-7))
    assert last_place.step1_ulp == 1 and last_place.step1 == 2.0**-22


@pytest.mark.parametrize(
    ("shifts", "message"),
    [
        ({"step1": 2.5e-7}, "m/a and m/b: loss at step 1 differs by 2.38e-07; the bound is 2e-07"),
        ({"step2": 2e-5}, "loss at step 2 differs by"),
        ({"step4": 2e-4}, "early loss at step 4 differs by"),
        ({"step5": 0.1}, "mean loss at epoch 1 differs by 0.0333; the bound is 0.01"),
    ],
)
def test_each_bound_can_break(made_up, shifts, message: str) -> None:
    broken = failures(compare(NAMES, made_up(), shifted(made_up, **shifts)), BOUNDS)
    assert len(broken) == 1 and message in broken[0].text


def test_accuracy_can_break(made_up) -> None:
    inside = compare(NAMES, made_up(correct=900), made_up(correct=905))
    assert failures(inside, BOUNDS) == []
    (failure,) = failures(compare(NAMES, made_up(correct=900), made_up(correct=906)), BOUNDS)
    assert failure.text == ("m/a and m/b: held-out accuracy differs by 0.00586; the bound is 0.005")


def test_a_late_step_is_not_bound_by_itself(made_up) -> None:
    pair = compare(NAMES, made_up(), shifted(made_up, step5=0.02))
    assert failures(pair, BOUNDS) == []


def test_a_trace_cut_short_is_compared_as_far_as_it_goes(made_up) -> None:
    pair = compare(NAMES, made_up(), made_up(recorded_steps=4))
    assert pair.steps == 4 and len(pair.epochs) == 1
    assert pair.accuracy is None and pair.accuracies is None
    one = compare(NAMES, made_up(), made_up(recorded_steps=1))
    assert one.step2 is None and failures(one, BOUNDS) == []


def test_what_tells_two_runs_apart(made_up, config) -> None:
    ours = made_up()
    assert different_identity(ours, made_up(corner="iree-vmvx", recorded_steps=2)) == []
    changes = {
        "netspec_hash": "d" * 64,
        "parameters_hash": "d" * 64,
        "data_hash": "d" * 64,
        "total_params": 1,
        "config": dataclasses.replace(config, weight_decay=0.5),
    }
    for key, value in changes.items():
        (text,) = different_identity(ours, made_up(**{key: value}))
        assert text.startswith("config.weight_decay: 0.0001 and 0.5" if key == "config" else key)


def test_bounds_from_json() -> None:
    content = {
        "step1": 0, "step2": 2e-5, "early": {"steps": 5, "max": 3e-5}, "epoch_mean": 4e-5,
        "accuracy": 5e-5,
    }  # fmt: skip
    assert bounds_from_json(content) == Bounds(0.0, 2e-5, 5, 3e-5, 4e-5, 5e-5)
    for change, message in (
        ({"step3": 1}, "unknown bound 'step3'"),
        ({"step1": "1"}, "it must be a number"),
        ({"step1": -1}, "not negative"),
        ({"step1": float("inf")}, "must be finite"),
        ({"step1": float("nan")}, "must be finite"),
        ({"step2": 1e30}, "it must be at most 0.1: a comparison that nothing can fail"),
        ({"early": {"steps": 5, "max": 1.0}}, "it must be at most 0.1"),
        ({"accuracy": 1}, "it must be at most 0.1"),
        ({"early": 3}, "bound 'early' is 3"),
        ({"early": {"steps": 0, "max": 1}}, "steps 0; it must be 1 or more"),
    ):
        with pytest.raises(BoundsError, match=message):
            bounds_from_json({**content, **change})
    for key in content:
        with pytest.raises(BoundsError, match=f"missing bound '{key}'"):
            bounds_from_json({k: v for k, v in content.items() if k != key})
