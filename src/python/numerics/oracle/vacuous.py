"""Oracles that would agree whatever the backward rules say, and are refused."""

from __future__ import annotations

from numerics.gradients.resolution import COARSEST
from numerics.nets.spec import NetSpec
from numerics.oracle.comparison import Bounds, PairResult, last_place
from numerics.oracle.noise import Floor
from numerics.oracle.problem import Outcome, Problem
from numerics.oracle.solvers import RulesNumpy

MAX_NOISE = 1e-2  # of a gradient's scale: a noise floor that is higher hides wrong rules
OTHER_SEEDS = 4  # at which a gradient that is exactly zero is looked at again
ROUNDING = 2.0**-40  # of the largest gradient: in float64, nothing but rounding


def of_net(spec: NetSpec) -> list[str]:
    """What is known before anything is computed."""
    failures = []
    if not spec.parameters:
        failures.append(
            f"net {spec.name} has no parameters, so there is no gradient to compare; add a layer "
            "that has some"
        )
    if spec.classes == 1:
        failures.append(
            f"net {spec.name} has one class: its probability is 1 and the loss 0 whatever the "
            "net computes; give its last layer two outputs or more"
        )
    return failures


def of_outcome(
    problem: Problem, exact: Outcome, floor: Floor, bounds: Bounds, explained: bool
) -> list[str]:
    """What the float64 rules' outcome shows."""
    if len(zero_gradients(floor)) == len(floor.magnitudes):
        return ["every gradient is zero, so nothing is compared; change the net, batch or seed"]
    failures = []
    if not explained:
        failures += [
            f"the gradient of {name} is zero in every entry, whatever the seed: nothing is "
            "compared for it, and a wrong rule behind it would pass. Change the net or the batch, "
            "or say why in `explain`"
            for name in _always_zero(problem, floor)
        ]
    if exact.changed == 0:
        failures.append(
            f"the learning rate {problem.lr:g} is below rounding: the step changes no parameter "
            "in float32; raise `lr`"
        )
    elif not abs(exact.loss2 - exact.loss1) * COARSEST > bounds.max_abs_step2:
        failures.append(
            f"the step changes the loss by {abs(exact.loss2 - exact.loss1):.3g}, and "
            f"{bounds.max_abs_step2:g} is allowed, so that no step, or one {COARSEST:.0%} off, "
            "would pass; raise `lr` or lower `max_abs_step2`"
        )
    return failures


def _always_zero(problem: Problem, floor: Floor) -> list[str]:
    """Exactly zero, and so with other parameters: a unit that is dead at one seed lives at others.
    """
    zero = [name for name, magnitude in floor.magnitudes.items() if not magnitude]
    for other in range(1, OTHER_SEEDS + 1):
        if zero:
            gradients = RulesNumpy().run(problem.reseeded(other)).gradients
            zero = [name for name in zero if not gradients[name].any()]
    return zero


def of_pairs(pairs: tuple[PairResult, ...], floor: Floor, explained: bool) -> list[str]:
    """Gradients with a bound so wide that a claim of zero would pass, each named once."""
    failures: dict[str, str] = {}
    zero = zero_gradients(floor)
    for error in (error for pair in pairs for error in pair.gradients):
        allowed = error.allowed * last_place(error.scale)
        size = floor.magnitudes.get(error.name, 0.0)
        if error.floor * last_place(error.scale) > MAX_NOISE * error.scale:
            failures[error.name] = (
                f"the gradient of {error.name} is too ill-conditioned to be judged: one unit in "
                f"the last place of the parameters moves it by {error.floor:.3g} of its own; "
                "change the batch, the seed or the net"
            )
        elif error.name not in zero and size * COARSEST <= allowed and not explained:
            failures[error.name] = (
                f"the gradient of {error.name} is at most {size:.3g}, and {allowed:.3g} is "
                f"allowed, so that a claim of zero, or {COARSEST:.0%} off, would pass; change the "
                "net or `start`, or say why in `explain`"
            )
    return list(failures.values())


def zero_gradients(floor: Floor) -> list[str]:
    """Parameters whose gradient is zero but for rounding: in theory, or because nothing flows."""
    largest = max(floor.magnitudes.values(), default=0.0)
    return [
        name
        for name, magnitude in floor.magnitudes.items()
        if magnitude <= ROUNDING * max(largest, ROUNDING)
    ]
