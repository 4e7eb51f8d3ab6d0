"""Finds GPU drivers and devices without any package: by the driver's library and the kernel."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

from numerics.corners.corner import CornerUnavailable

_LIBRARIES = {"cuda": "libcuda.so.1", "rocm": "libamdhip64.so", "vulkan": "libvulkan.so.1"}
_HOW = {
    "cuda": "install NVIDIA's driver on a machine with an NVIDIA GPU",
    "rocm": "install ROCm on a machine with an AMD GPU",
    "vulkan": "install the Vulkan loader and a driver for the machine's GPU",
}
_MAJOR, _MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_*
_CUDA_TARGETS = (60, 70, 75, 80, 86, 89)  # of IREE 3.13
_KFD_NODES = Path("/sys/class/kfd/kfd/topology/nodes")


def require_driver(kind: str) -> ctypes.CDLL:
    """`kind` is cuda, rocm or vulkan. Raises CornerUnavailable."""
    try:
        return ctypes.CDLL(_LIBRARIES[kind])
    except OSError as error:
        raise CornerUnavailable(
            f"the driver's library {_LIBRARIES[kind]}", f"none ({error})", _HOW[kind]
        ) from error


def driver_version(kind: str) -> str:
    """What the kernel says of the driver."""
    module = {"cuda": "nvidia", "rocm": "amdgpu"}.get(kind)
    path = Path(f"/sys/module/{module}/version")
    if module and path.exists():
        return f"{module} {path.read_text().strip()}"
    return f"{kind} driver of unknown version"


def cuda_target() -> str:
    """What IREE compiles for the first device, as `sm_89`. Raises CornerUnavailable."""
    cuda = require_driver("cuda")
    device, major, minor = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    status = cuda.cuInit(0) or cuda.cuDeviceGet(ctypes.byref(device), 0)
    status = status or cuda.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, device)
    status = status or cuda.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, device)
    if status:
        raise CornerUnavailable("a CUDA device", f"none (CUDA error {status})", _HOW["cuda"])
    return cuda_name(10 * major.value + minor.value)


def cuda_name(capability: int) -> str:
    """The newest target that IREE knows and a device of this compute capability runs: newer devices
    run the PTX of older ones. Raises CornerUnavailable.
    """
    fitting = [target for target in _CUDA_TARGETS if target <= capability]
    if not fitting:
        raise CornerUnavailable(
            f"a CUDA device of compute capability {_CUDA_TARGETS[0] / 10} or more",
            f"one of {capability / 10}",
            "use a newer GPU",
        )
    return f"sm_{fitting[-1]}"


def rocm_target() -> str:
    """The first GPU's instruction set, as `gfx942`. Raises CornerUnavailable."""
    for properties in sorted(_KFD_NODES.glob("*/properties")):
        match = re.search(r"^gfx_target_version (\d+)$", properties.read_text(), re.MULTILINE)
        if match and int(match[1]):
            return gfx_name(int(match[1]))
    raise CornerUnavailable(f"a GPU under {_KFD_NODES}", "none", _HOW["rocm"])


def gfx_name(version: int) -> str:
    """From the kernel's number: major * 10000 + minor * 100 + stepping, the latter in hex."""
    major, rest = divmod(version, 10000)
    minor, stepping = divmod(rest, 100)
    return f"gfx{major}{minor:x}{stepping:x}"
