"""XLA as a compiler of the emitted StableHLO; nothing of JAX's tracing is involved."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numerics.corners.corner import Emit, EntryPoint, Environment, Program, TextCompiler
from numerics.corners.xla_platform import XlaPlatform
from numerics.stablehlo.text import module


class Xla(TextCompiler):
    def __init__(self, platform: str = "cpu") -> None:
        self._platform = XlaPlatform(platform)

    def environment(self) -> Environment:
        return self._platform.environment()

    def compile(self, functions: Mapping[str, Emit]) -> Program:
        device, jax = self._platform.device(), self._platform.jax()
        return Program(
            # XLA runs the function called main.
            {name: _compile(jax, device, emit("main")) for name, emit in functions.items()},
            lambda array: jax.device_put(array, device),
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
