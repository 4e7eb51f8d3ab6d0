"""The compilers and devices that a net is trained on, and what a machine needs for each.

A GPU corner is looked for in two steps. Here, without a process: the driver's own device file.
Where that is found, the probe asks the driver, and its answer is part of the cache key.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Driver:
    """`files` are paths of which one exists where the driver is installed (a folder: not empty)."""

    name: str
    files: tuple[str, ...]
    how_to_get: str


_NVIDIA = Driver(
    "the NVIDIA driver",
    ("/dev/nvidiactl", "/dev/dxg"),
    "Run on a machine with an NVIDIA GPU and its driver, in a container with `--gpus all`, or "
    "on the GPU runner (docker/gpu).",
)
_AMD = Driver(
    "the AMD GPU driver",
    ("/dev/kfd",),
    "Run on a machine with an AMD GPU and the amdgpu kernel driver, in a container with "
    "`--device /dev/kfd --device /dev/dri`.",
)
_VULKAN = Driver(
    "a Vulkan driver",
    ("/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"),
    "Install the Vulkan driver of the GPU; on Debian, mesa-vulkan-drivers.",
)

# Each corner, and the driver that it needs; None for those that run on the CPU.
CORNERS: dict[str, Driver | None] = {
    "jax-cpu": None,
    "jax-cuda": _NVIDIA,
    "jax-rocm": _AMD,
    "iree-llvm-cpu": None,
    "iree-vmvx": None,
    "iree-cuda": _NVIDIA,
    "iree-rocm": _AMD,
    "iree-vulkan": _VULKAN,
    "xla-cpu": None,
    "xla-cuda": _NVIDIA,
}


def without_driver(corner: str, root: str = "/") -> str:
    """Why `corner` cannot run on the machine whose files are below `root`, or ""."""
    driver = CORNERS[corner]
    if driver is None or any(_present(os.path.join(root, f[1:])) for f in driver.files):
        return ""
    found = f"none of {', '.join(driver.files)}"
    return f"{corner} needs {driver.name}; found {found}. {driver.how_to_get}"


def _present(path: str) -> bool:
    return bool(os.listdir(path)) if os.path.isdir(path) else os.path.exists(path)
