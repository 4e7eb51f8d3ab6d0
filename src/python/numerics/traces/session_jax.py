"""A net in JAX in training: `numerics.autodiff`, gradients by JAX's own differentiation."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from numerics.corners.jax import Jax
from numerics.nets.parameters import Values
from numerics.nets.spec import NetSpec
from numerics.traces.config import Config
from numerics.traces.dataset import Batch
from numerics.traces.session import Session


def start(corner: Jax, spec: NetSpec, config: Config, values: Values) -> Session:
    """Raises CornerUnavailable."""
    with corner.chosen():
        # Imports JAX, which must not happen before its flags are set.
        recording = importlib.import_module("numerics.autodiff.recording")
        training = importlib.import_module("numerics.autodiff.training")
        return _JaxSession(spec, config, training.start(values), recording)


class _JaxSession(Session):
    def __init__(self, spec: NetSpec, config: Config, state: Any, recording: Any) -> None:
        self._state = state
        self._step = recording.recorded_stepper(spec.graph, config.weight_decay)
        self._evaluate = recording.evaluator(spec.graph)

    def step(self, number: int, batch: Batch, lr: np.float32) -> tuple[float, float, float]:
        taken = self._step(self._state, *batch, lr)
        self._state = taken.state
        if self._state.steps != number:
            raise ValueError(f"step {number} was asked for after {self._state.steps - 1} steps")
        return float(taken.loss), float(taken.gradient_norm), float(taken.parameter_norm)

    def evaluate(self, batch: Batch) -> tuple[float, int]:
        loss, correct = self._evaluate(self._state.params, *batch)
        return float(loss), int(correct)
