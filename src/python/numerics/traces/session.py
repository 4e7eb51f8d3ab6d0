"""What the recorder asks of a net in training."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod

import numpy as np

from numerics.corners.corner import Corner
from numerics.nets.parameters import Values
from numerics.nets.spec import NetSpec
from numerics.traces.config import Config
from numerics.traces.dataset import Batch


class Session(ABC):
    """A net in training. It is compiled when it is made, once."""

    @abstractmethod
    def step(self, number: int, batch: Batch, lr: np.float32) -> tuple[float, float, float]:
        """Takes step `number`, counted from 1: loss, gradient norm and parameter norm."""

    @abstractmethod
    def evaluate(self, batch: Batch) -> tuple[float, int]:
        """Mean loss, and how many examples are classified rightly, with the present parameters."""


def start(corner: str, made: Corner, spec: NetSpec, config: Config, values: Values) -> Session:
    """`made` is the corner of that name; only what its kind needs is imported.

    Raises CornerUnavailable.
    """
    kind = corner.partition("-")[0]
    module = importlib.import_module(f"numerics.traces.session_{kind}")
    return module.start(made, spec, config, values)
