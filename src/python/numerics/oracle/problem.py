"""One training step as a question that every corner answers.

All get the same net, parameters, batch and optimizer.

The initial parameters of a net hide errors: with every scale at 1 and every shift at 0, a backward
pass that forgets to multiply by a scale is right. So the default start is in general position: each
parameter that would start at a constant c starts at c + u with u uniform on (-1/4, 1/4), drawn from
the Philox blocks (i, 0, t, PARAMETERS) that parameter number t would otherwise leave unused. See
`numerics.nets.parameters` for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from numerics.nets import parameters
from numerics.nets.batches import Batch, batch
from numerics.nets.graph import Constant, Parameter
from numerics.nets.philox import Purpose, blocks
from numerics.nets.spec import NetSpec

STARTS = ("general", "initial")
OPTIMIZERS = ("sgd", "adam")


@dataclass(frozen=True, eq=False)
class Problem:
    """`values` are float32 by parameter name, in the order of the net's parameters."""

    spec: NetSpec
    optimizer: str
    lr: float
    values: parameters.Values
    batch: Batch
    seed: int
    start: str

    def reseeded(self, by: int) -> Problem:
        """The same question, asked at another seed."""
        seed = (self.seed + by) % 2**64
        size = len(self.batch.labels)
        return pose(self.spec, self.optimizer, self.lr, size, seed, self.start)

    @property
    def parameter_sha256(self) -> str:
        return parameters.sha256(self.spec, self.values)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one corner computed. `gradients` are by parameter name, float32 or float64.

    `loss1` and `gradients` are at the given parameters; `loss2` is the loss of the same batch after
    one optimizer step, the first number that depends on the update. `changed` counts the parameters
    that the step moves to another float32, where the corner knows.
    """

    loss1: float
    gradients: dict[str, NDArray[np.floating]]
    loss2: float
    changed: int | None = None


class Solver(Protocol):
    """A way to compute an Outcome, in one corner."""

    def versions(self) -> Mapping[str, str]:
        """Of what it runs on. Raises CornerUnavailable."""

    def run(self, problem: Problem) -> Outcome:
        """Raises CornerUnavailable."""


def pose(spec: NetSpec, optimizer: str, lr: float, size: int, seed: int, start: str) -> Problem:
    """The problem for one seed: parameters as `start` says (see STARTS), and the seed's first batch
    of `size`.
    """
    values = parameters.initial(spec, seed)
    if start == "general":
        for number, parameter in enumerate(spec.parameters):
            if isinstance(parameter.init, Constant):
                values[parameter.name] = _spread(parameter, number, seed)
    return Problem(spec, optimizer, lr, values, batch(spec, seed, 0, size), seed, start)


def _spread(parameter: Parameter, number: int, seed: int) -> NDArray[np.float32]:
    index = np.arange(parameter.size, dtype=np.uint64)
    word = blocks(seed, Purpose.PARAMETERS, np.uint64(number), index)[0]
    uniform = ((word >> np.uint64(8)).astype(np.float64) + 0.5) / 2.0**24 - 0.5
    return (parameter.init.value + uniform / 2).astype(np.float32).reshape(parameter.shape)
