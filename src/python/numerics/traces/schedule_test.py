import dataclasses
import math

import numpy as np
import pytest

from numerics.traces.schedule import learning_rate


def test_warm_up_is_linear_and_the_cosine_follows(config) -> None:
    run = dataclasses.replace(config, steps=100, warmup_steps=10)
    for step in range(1, 101):
        if step <= 10:
            expected = 1e-3 * step / 10
        else:
            expected = 1e-3 * (1 + math.cos(math.pi * (step - 11) / 90)) / 2
        found = learning_rate(run, step)
        assert found.dtype == np.float32
        assert float(found) == pytest.approx(expected, rel=1e-7)
    assert learning_rate(run, 10) == learning_rate(run, 11) == np.float32(1e-3)
    assert 0 < learning_rate(run, 100) < 1e-6


def test_the_bits_are_pinned(config) -> None:
    rates = [float(learning_rate(config, step)).hex() for step in (1, 5, 8)]
    assert rates == ["0x1.0624de0000000p-11", "0x1.89374c0000000p-11", "0x1.18f7100000000p-14"]


def test_constant(config) -> None:
    run = dataclasses.replace(config, schedule="constant")
    assert learning_rate(run, 1) == np.float32(5e-4)
    assert {learning_rate(run, step) for step in range(2, 9)} == {np.float32(1e-3)}


@pytest.mark.parametrize("step", [0, 9])
def test_a_step_outside_the_run(config, step: int) -> None:
    with pytest.raises(ValueError, match=f"step is {step}; it must be from 1 to 8"):
        learning_rate(config, step)
