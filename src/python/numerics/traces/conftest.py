"""Made-up traces: the reader and the comparer need no real ones."""

from collections.abc import Callable

import numpy as np
import pytest

from numerics.traces.config import Config
from numerics.traces.schedule import learning_rate
from numerics.traces.trace import Environment, Header, HeldOut, Step, Trace


@pytest.fixture
def config() -> Config:
    return Config(
        batch=16,
        data="synthetic-digits",
        data_hash=None,
        epoch_steps=3,
        learning_rate=1e-3,
        optimizer="adam",
        schedule="cosine",
        seed=7,
        steps=8,
        warmup_steps=2,
        weight_decay=1e-4,
    )


@pytest.fixture
def made_up(config) -> Callable[..., Trace]:
    """A whole trace; `losses` default to a gentle descent, and each call may change a header
    field.
    """

    def make(losses=None, correct=900, **changes) -> Trace:
        header = {
            "netspec_name": "tiny",
            "netspec_hash": "a" * 64,
            "parameters_hash": "b" * 64,
            "data_hash": "c" * 64,
            "total_params": 12730,
            "config": config,
            "recorded_steps": config.steps,
            "corner": "jax-cpu",
            "environment": Environment(
                {"kind": "cpu", "name": "made up"}, "none", {"name": "none"}, {"numpy": "0"}
            ),
            **changes,
        }
        run = header["config"]
        if losses is None:
            losses = [float(np.float32(2.5 - 0.1 * i)) for i in range(header["recorded_steps"])]
        steps = tuple(
            Step(
                step=number,
                epoch=(number - 1) // run.epoch_steps,
                loss=loss,
                lr=float(learning_rate(run, number)),
                grad_norm=float(np.float32(1.1)),
                param_norm=float(np.float32(45.5)),
            )
            for number, loss in enumerate(losses, start=1)
        )
        whole = header["recorded_steps"] == run.steps
        return Trace(Header(**header), steps, HeldOut(1024, correct, 0.25) if whole else None)

    return make
