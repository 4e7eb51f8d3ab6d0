"""XLA as a compiler of the emitted StableHLO; nothing of JAX's tracing is involved."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics.nets.parameters import Values
from numerics.nets.spec import NetSpec
from numerics.stablehlo.recorded_step import emit_evaluation, emit_recorded_step
from numerics.stablehlo.text import module
from numerics.traces.config import Config
from numerics.traces.corner import Corner, Session
from numerics.traces.corner_emitted import EmittedSession, EntryPoint, optimizer, tensors_held
from numerics.traces.trace import Environment
from numerics.traces.xla_platform import XlaPlatform


class EmittedXla(Corner):
    def __init__(self, platform: str) -> None:
        self._platform = XlaPlatform(platform)

    def environment(self) -> Environment:
        return self._platform.environment()

    def start(self, spec: NetSpec, config: Config, values: Values) -> Session:
        jax, device = self._platform.jax(), self._platform.device()
        net, size = spec.graph, config.batch
        # XLA runs the function called main.
        step = emit_recorded_step(net, size, optimizer(config), entry="main")
        evaluation = emit_evaluation(net, size, entry="main")
        return EmittedSession(
            spec,
            config,
            [jax.device_put(value, device) for value in tensors_held(config, values)],
            _compile(jax, device, step),
            _compile(jax, device, evaluation),
            np.asarray,
        )


def _compile(jax: Any, device: Any, function: str) -> EntryPoint:
    xla = importlib.import_module("jaxlib.xla_client")
    executable = device.client.compile_and_load(
        module("net", [function]), xla.DeviceList((device,)), xla.CompileOptions()
    )

    def call(arguments: Sequence[Any]) -> Sequence[Any]:
        placed = [
            jax.device_put(a, device) if isinstance(a, (np.ndarray, np.generic)) else a
            for a in arguments
        ]
        return executable.execute(placed)

    return call
