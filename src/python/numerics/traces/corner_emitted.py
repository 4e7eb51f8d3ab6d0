"""The emitted StableHLO text, whatever compiles it: a training loop over two entry points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from numerics.nets.parameters import Values
from numerics.nets.spec import NetSpec
from numerics.stablehlo.optimizers import Adam
from numerics.traces.config import Config
from numerics.traces.corner import Session
from numerics.traces.dataset import Batch

EntryPoint = Callable[[Sequence[Any]], Sequence[Any]]
"""Takes and gives tensors on the device; NumPy arrays are moved there."""


def optimizer(config: Config) -> Adam:
    return Adam(weight_decay=config.weight_decay)


class EmittedSession(Session):
    """`to_host` turns a tensor on the device into an array."""

    def __init__(
        self,
        spec: NetSpec,
        config: Config,
        held: Sequence[Any],
        step: EntryPoint,
        evaluate: EntryPoint,
        to_host: Callable[[Any], np.ndarray],
    ) -> None:
        self._parameters = len(spec.parameters)
        self._held = held
        self._step, self._evaluate, self._to_host = step, evaluate, to_host

    def step(self, number: int, batch: Batch, lr: np.float32) -> tuple[float, float, float]:
        results = self._step([*self._held, *batch, np.float32(number), lr])
        self._held = results[3:]
        loss, gradient_norm, parameter_norm = (float(self._to_host(r)) for r in results[:3])
        return loss, gradient_norm, parameter_norm

    def evaluate(self, batch: Batch) -> tuple[float, int]:
        loss, correct = self._evaluate([*self._held[: self._parameters], *batch])
        return float(self._to_host(loss)), int(self._to_host(correct))


def tensors_held(config: Config, values: Values) -> list[np.ndarray]:
    """Before step 1: the parameters, and zeros for each of the optimizer's slots."""
    parameters = list(values.values())
    slots = optimizer(config).slots
    return [*parameters, *(np.zeros_like(value) for _ in slots for value in parameters)]
