"""What is asked of a corner, and of the machine that it is on."""

from __future__ import annotations

import importlib
import platform
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

X86_64_V3 = ("avx2", "bmi2", "f16c", "fma")
"""Of the features of x86-64-v3, those by which the compiled code is known to differ."""


class CornerUnavailable(Exception):
    """This machine lacks what a corner needs."""

    def __init__(self, looked_for: str, found: str, how_to_get: str) -> None:
        super().__init__(f"looked for {looked_for}; found {found}; to have it, {how_to_get}")
        self.looked_for, self.found, self.how_to_get = looked_for, found, how_to_get


@dataclass(frozen=True)
class Environment:
    """Where a corner computes: all that may change its bits, or nobody could repeat the run."""

    device: Mapping[str, str]
    driver: str
    compiler: Mapping[str, str]
    versions: Mapping[str, str]


class Corner(ABC):
    """A compiler and a device."""

    @abstractmethod
    def environment(self) -> Environment:
        """Raises CornerUnavailable."""


EntryPoint = Callable[[Sequence[Any]], Sequence[Any]]
"""Takes and gives tensors on the device; NumPy arrays are moved there."""

Emit = Callable[[str], str]
"""The StableHLO text of one function, given its name."""


@dataclass(frozen=True)
class Program:
    """Functions that are compiled, by name. `place` moves an array to the device, `fetch` back."""

    functions: Mapping[str, EntryPoint]
    place: Callable[[np.ndarray], Any]
    fetch: Callable[[Any], np.ndarray]


class TextCompiler(Corner):
    """A corner that takes the emitted StableHLO text."""

    @abstractmethod
    def compile(self, functions: Mapping[str, Emit]) -> Program:
        """Raises CornerUnavailable."""


def import_or_unavailable(name: str, how_to_get: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise CornerUnavailable(
            f"the Python package {name}", f"no such package ({error})", how_to_get
        ) from error


def versions(*packages: str) -> dict[str, str]:
    return {package: version(package) for package in packages}


def cpu_model() -> str:
    """As the kernel names it."""
    for line in _cpu_info():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"


def require_x86_64_v3() -> None:
    """Raises CornerUnavailable unless the code that is compiled for this level can run here."""
    flags: set[str] = set()
    for line in _cpu_info():
        if line.startswith("flags"):
            flags = set(line.partition(":")[2].split())
    missing = [name for name in X86_64_V3 if name not in flags]
    if platform.machine() != "x86_64" or missing:
        raise CornerUnavailable(
            f"an x86-64 processor with {', '.join(X86_64_V3)}",
            f"{platform.machine()} without {', '.join(missing)}",
            "run on a processor of 2013 or later; the code is compiled for this fixed level so "
            "that machines agree",
        )


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(errors="replace").splitlines() if path.exists() else []
