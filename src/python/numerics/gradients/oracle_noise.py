"""How much of a difference between two corners may be rounding: measured, not assumed.

The float64 rules are run again with every parameter moved by one unit in the last place of
float32, up or down at random. What moves with them is the noise floor: no computation in float32
can know these numbers better, since its parameters are known no better. A well-conditioned net's
floor is a few units in the last place of a gradient's scale; one with batch norms over a few nearly
equal numbers has hundreds. (N. J. Higham, "Accuracy and stability of numerical algorithms", 2nd
edition, 2002, sections 1.5 and 1.6: forward error against conditioning and backward error.)
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.gradients.drawing import generator
from numerics.gradients.oracle_corners import RulesNumpy
from numerics.gradients.oracle_problem import Outcome, Problem

DRAWS = 3


@dataclass(frozen=True)
class Floor:
    """The largest change of each number over the draws. `gradients` are by parameter name, and
    `magnitudes` the largest that an entry of each was.
    """

    loss1: float
    loss2: float
    gradients: dict[str, float]
    magnitudes: dict[str, float]


NO_FLOOR = Floor(0.0, 0.0, {}, {})


def measure(problem: Problem, exact: Outcome) -> Floor:
    """`exact` is the float64 rules' outcome for the problem itself."""
    others = [RulesNumpy().run(_moved(problem, draw)) for draw in range(DRAWS)]
    return Floor(
        max(abs(other.loss1 - exact.loss1) for other in others),
        max(abs(other.loss2 - exact.loss2) for other in others),
        {
            name: max(_largest(other.gradients[name] - gradient) for other in others)
            for name, gradient in exact.gradients.items()
        },
        {
            name: max(_largest(each.gradients[name]) for each in (exact, *others))
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
