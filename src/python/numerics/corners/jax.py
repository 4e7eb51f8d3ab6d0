"""JAX, as the compiler of its own programs: what runs in it is the net by `numerics.autodiff`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numerics.corners.corner import Corner, Environment
from numerics.corners.xla_platform import XlaPlatform


class Jax(Corner):
    def __init__(self, platform: str = "cpu") -> None:
        self._platform = XlaPlatform(platform)

    def environment(self) -> Environment:
        return self._platform.environment("jax")

    @contextmanager
    def chosen(self) -> Iterator[Any]:
        """JAX, with this device as its own. Import what imports JAX inside: its flags are set then.

        Raises CornerUnavailable.
        """
        device = self._platform.device()
        jax = self._platform.jax()
        with jax.default_device(device):
            yield jax
