"""XLA through jaxlib, set up so that a run repeats: imported by the corners that need it.

The flags must be in the environment before jaxlib loads. On the processor one thread fixes the
order of every sum (without PJRT_NPROC, XLA splits sums by the number of processors that the process
may use), and the instruction set is capped at AVX2. What no flag fixes: XLA's library of
matrix products may choose block sizes, and with them the order of sums, by the processor's caches.
So the trace names the processor, and only equal processors are promised equal bits.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numerics.corners import gpu
from numerics.corners.corner import (
    CornerUnavailable,
    Environment,
    cpu_model,
    import_or_unavailable,
    require_x86_64_v3,
    versions,
)

FLAGS = {
    "cpu": "--xla_cpu_multi_thread_eigen=false --xla_cpu_max_isa=AVX2",
    "cuda": "--xla_gpu_deterministic_ops=true --xla_gpu_autotune_level=0",
    "rocm": "--xla_gpu_deterministic_ops=true --xla_gpu_autotune_level=0",
}
THREADS = "1"
PLUGINS = {
    "cuda": ("jax_cuda13_plugin", "jax_cuda12_plugin"),
    "rocm": ("jax_rocm7_plugin", "jax_rocm60_plugin"),
}


@dataclass(frozen=True)
class XlaPlatform:
    """`name` is cpu, cuda or rocm."""

    name: str

    def jax(self) -> Any:
        """The module, with this platform as its only one. Raises CornerUnavailable."""
        if "jax" not in sys.modules:
            os.environ["JAX_PLATFORMS"] = self.name
            os.environ["XLA_FLAGS"] = FLAGS[self.name]
            os.environ["PJRT_NPROC"] = THREADS
        return import_or_unavailable("jax", "use the locked requirements of the resolve numerics")

    def device(self) -> Any:
        """The first one. Raises CornerUnavailable."""
        if self.name == "cpu":
            require_x86_64_v3()
        else:
            self._require_gpu()
        try:
            return self.jax().devices(self.name)[0]
        except RuntimeError as error:
            raise CornerUnavailable(
                f"a device of XLA's platform {self.name}",
                f"none ({error})",
                "check the driver and that the process may use the device",
            ) from error

    def environment(self, *packages: str) -> Environment:
        """Raises CornerUnavailable."""
        device = self.device()
        compiler = {
            "name": "XLA",
            "flags": os.environ.get("XLA_FLAGS", ""),
            "threads": os.environ.get("PJRT_NPROC", "all"),
        }
        described: Mapping[str, str] = {"kind": self.name, "name": device.device_kind}
        driver = f"PJRT {device.client.platform}"
        if self.name == "cpu":
            described = {"kind": "cpu", "name": cpu_model()}
        else:
            runtime = " ".join(device.client.platform_version.split())
            driver = f"{driver} {runtime}, {gpu.driver_version(self.name)}"
        return Environment(described, driver, compiler, versions("jaxlib", "numpy", *packages))

    def _require_gpu(self) -> None:
        gpu.require_driver(self.name)
        names = PLUGINS[self.name]
        if not any(importlib.util.find_spec(name) for name in names):
            raise CornerUnavailable(
                f"XLA's plugin for {self.name} ({' or '.join(names)})",
                "neither package",
                f"add the plugin of the locked JAX version to numerics.in (jax[{self.name}...]) "
                "and lock again",
            )
