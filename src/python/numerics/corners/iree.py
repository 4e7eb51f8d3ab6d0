"""IREE as a compiler of the emitted StableHLO, for a fixed target and never for "this host".

On the processor it runs in this thread: machine code for x86-64-v3, or portable byte code that
IREE interprets. GPU targets are the device that was found.

The interpreter is slow, some 15 ns per multiplication. Its experimental microkernels with data
tiling would be forty times faster, but with them IREE 3.13 computes the gradient of a square weight
wrongly (half its size off, in the middle layer of a 784-512-512-10 perceptron), so they stay off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.corners import gpu
from numerics.corners.corner import (
    CornerUnavailable,
    Emit,
    EntryPoint,
    Environment,
    Program,
    TextCompiler,
    import_or_unavailable,
    require_x86_64_v3,
    versions,
)
from numerics.stablehlo.text import module

_PACKAGES = ("iree-base-compiler", "iree-base-runtime")


def _llvm_cpu_flags() -> tuple[str, ...]:
    require_x86_64_v3()
    return (
        "--iree-llvmcpu-target-triple=x86_64-unknown-linux-gnu",
        "--iree-llvmcpu-target-cpu=x86-64-v3",
    )


def _vulkan_flags() -> tuple[str, ...]:
    gpu.require_driver("vulkan")
    return ()


@dataclass(frozen=True)
class Target:
    """IREE's name of the compiler backend and of the runtime driver; `flags` raises
    CornerUnavailable.
    """

    backend: str
    driver: str
    kind: str
    flags: Callable[[], tuple[str, ...]]


TARGETS = {
    "llvm-cpu": Target("llvm-cpu", "local-sync", "cpu", _llvm_cpu_flags),
    "vmvx": Target("vmvx", "local-sync", "cpu", lambda: ()),
    "cuda": Target("cuda", "cuda", "cuda", lambda: (f"--iree-cuda-target={gpu.cuda_target()}",)),
    "rocm": Target("rocm", "hip", "rocm", lambda: (f"--iree-rocm-target={gpu.rocm_target()}",)),
    "vulkan": Target("vulkan-spirv", "vulkan", "vulkan", _vulkan_flags),
}


class Iree(TextCompiler):
    def __init__(self, target: str = "llvm-cpu") -> None:
        self._target = TARGETS[target]

    def environment(self) -> Environment:
        target = self._target
        flags = target.flags()
        _, runtime = _modules()
        device = {"kind": "cpu", "name": "any"}
        driver = target.driver
        if target.kind != "cpu":
            device = {"kind": target.kind, "name": self._device_name(runtime)}
            driver = f"{driver}, {gpu.driver_version(target.kind)}"
        compiler = {"name": "IREE", "target": target.backend, "flags": " ".join(flags)}
        return Environment(device, driver, compiler, versions(*_PACKAGES, "numpy"))

    def compile(self, functions: Mapping[str, Emit]) -> Program:
        compiler, runtime = _modules()
        code = compiler.compile_str(
            module("net", [emit(name) for name, emit in functions.items()]),
            input_type="stablehlo",
            target_backends=[self._target.backend],
            extra_args=list(self._target.flags()),
        )
        context = runtime.SystemContext(config=runtime.Config(self._target.driver))
        loaded = runtime.VmModule.copy_buffer(context.instance, code)
        context.add_vm_module(loaded)
        entries = context.modules[loaded.name]
        device = context.config.device
        return Program(
            {name: _entry(entries[name]) for name in functions},
            lambda array: runtime.asdevicearray(device, array),
            # A copy, which outlives what IREE holds.
            lambda result: np.array(result.to_host()),
        )

    def _device_name(self, runtime: Any) -> str:
        driver = self._target.driver
        looked_for = f"a device of IREE's driver {driver}"
        how = "check the driver and that the process may use the device"
        try:
            devices = runtime.get_driver(driver).query_available_devices()
        except (RuntimeError, ValueError) as error:
            raise CornerUnavailable(looked_for, f"none ({error})", how) from error
        if not devices:
            raise CornerUnavailable(looked_for, "none", how)
        return devices[0]["name"]


def _entry(function: Any) -> EntryPoint:
    def call(arguments: Sequence[Any]) -> Sequence[Any]:
        # Entry points take arrays; NumPy's scalars are not arrays.
        return function(*(np.asarray(a) if isinstance(a, np.generic) else a for a in arguments))

    return call


def _modules() -> tuple[Any, Any]:
    fix = "use the locked requirements of the resolve numerics"
    return (
        import_or_unavailable("iree.compiler", fix),
        import_or_unavailable("iree.runtime", fix),
    )
