"""How much of a difference between two corners may be rounding: measured, not assumed.

The float64 rules are run again with every parameter moved by one unit in the last place of
float32, up or down at random, and also with every arithmetic operation off by what rounding to
float32 may do, up or down at random. What moves is the noise floor: no computation in float32
can know these numbers better. A well-conditioned net's floor is a few units in the last place of a
gradient's scale; one with batch norms over a few nearly equal numbers has hundreds, and the bias
before a norm, whose gradient is zero in exact arithmetic, has the rounding of the large terms that
cancel in it. (N. J. Higham, "Accuracy and stability of numerical algorithms", 2nd edition, 2002,
sections 1.5 and 1.6: forward error against conditioning and backward error; D. S. Parker, "Monte
Carlo arithmetic", 1997: rounding at random.)
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.gradients.drawing import generator
from numerics.oracle.problem import Outcome, Problem
from numerics.oracle.solvers import RulesNumpy
from numerics.stablehlo.builder import Op, Value
from numerics.stablehlo.numpy_builder import NumpyBuilder

DRAWS = 5
HALF_PLACE = 2.0**-24  # the largest relative error of one rounding to float32

# What rounds, in float32. The other operations choose, move or compare numbers.
ROUNDED = frozenset(
    "add subtract multiply divide exponential exponential_minus_one log tanh logistic sqrt rsqrt "
    "reduce dot_general convolution".split()
)


@dataclass(frozen=True)
class Floor:
    """The largest change of each number over the draws. `gradients` are by parameter name, and
    `magnitudes` the largest that an entry of each was, without rounding: those that are zero in
    exact arithmetic are known by it.
    """

    loss1: float
    loss2: float
    gradients: dict[str, float]
    magnitudes: dict[str, float]


NO_FLOOR = Floor(0.0, 0.0, {}, {})


class RandomRounding(NumpyBuilder):
    """NumPy's float64, but each operation is as far off as float32 may be, in either direction."""

    def __init__(self, problem: Problem, draw: int) -> None:
        self._rng = generator(problem.spec.sha256, draw, "rounding")

    def apply(self, op: Op) -> Value:
        value = super().apply(op)
        chooses = op.attributes.get("with") == "maximum"
        if op.name not in ROUNDED or op.dtype != "f32" or chooses:
            return value
        moved = 1.0 + HALF_PLACE * np.where(self._rng.random(value.shape) < 0.5, -1.0, 1.0)
        return dataclasses.replace(value, data=value.data * moved)


def measure(problem: Problem, exact: Outcome) -> Floor:
    """`exact` is the float64 rules' outcome for the problem itself."""
    problems = [_moved(problem, draw) for draw in range(DRAWS)]
    moved = [RulesNumpy().run(other) for other in problems]
    rounded = [
        RulesNumpy(builder=RandomRounding(problem, draw)).run(other)
        for draw, other in enumerate(problems)
    ]
    others = [*moved, *rounded]
    return Floor(
        max(abs(other.loss1 - exact.loss1) for other in others),
        max(abs(other.loss2 - exact.loss2) for other in others),
        {
            name: max(_largest(other.gradients[name] - gradient) for other in others)
            for name, gradient in exact.gradients.items()
        },
        {
            name: max(_largest(each.gradients[name]) for each in (exact, *moved))
            for name in exact.gradients
        },
    )


def _moved(problem: Problem, draw: int) -> Problem:
    rng = generator(problem.spec.sha256, draw, "noise")
    values = {}
    for name, value in problem.values.items():
        towards = np.where(rng.random(value.shape) < 0.5, -np.inf, np.inf)
        values[name] = np.nextafter(value, towards.astype(np.float32))
    return dataclasses.replace(problem, values=values)


def _largest(gradient: NDArray[np.floating]) -> float:
    return float(np.abs(gradient).max(initial=0.0))
