"""The emitted StableHLO text, whatever compiles it: a training loop over two entry points."""

from __future__ import annotations

import numpy as np

from numerics.corners.corner import TextCompiler
from numerics.nets.parameters import Values
from numerics.nets.spec import NetSpec
from numerics.stablehlo.optimizers import Adam
from numerics.stablehlo.recorded_step import (
    EVALUATION,
    RECORDED_STEP,
    emit_evaluation,
    emit_recorded_step,
)
from numerics.traces.config import Config
from numerics.traces.dataset import Batch
from numerics.traces.session import Session


def optimizer(config: Config) -> Adam:
    return Adam(weight_decay=config.weight_decay)


class EmittedSession(Session):
    def __init__(
        self, compiler: TextCompiler, spec: NetSpec, config: Config, values: Values
    ) -> None:
        net, size, chosen = spec.graph, config.batch, optimizer(config)
        program = compiler.compile(
            {
                RECORDED_STEP: lambda name: emit_recorded_step(net, size, chosen, entry=name),
                EVALUATION: lambda name: emit_evaluation(net, size, entry=name),
            }
        )
        self._step = program.functions[RECORDED_STEP]
        self._evaluate = program.functions[EVALUATION]
        self._fetch = program.fetch
        self._parameters = len(spec.parameters)
        # Before step 1: the parameters, and zeros for each of the optimizer's slots.
        parameters = list(values.values())
        zeros = [np.zeros_like(value) for _ in chosen.slots for value in parameters]
        self._held = [program.place(value) for value in (*parameters, *zeros)]

    def step(self, number: int, batch: Batch, lr: np.float32) -> tuple[float, float, float]:
        results = self._step([*self._held, *batch, np.float32(number), lr])
        self._held = list(results[3:])
        loss, gradient_norm, parameter_norm = (float(self._fetch(r)) for r in results[:3])
        return loss, gradient_norm, parameter_norm

    def evaluate(self, batch: Batch) -> tuple[float, int]:
        loss, correct = self._evaluate([*self._held[: self._parameters], *batch])
        return float(self._fetch(loss)), int(self._fetch(correct))
