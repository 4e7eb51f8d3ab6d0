"""Two traces of one run, compared: step by step early, by epoch means later, accuracy at the end.

Losses are float32 numbers; their distance is given in absolute terms and in units in the last place
(how many float32 numbers one must step over). Early differences are the rounding of one step; then
training amplifies them, so that later only averages can agree. `traces/FORMAT.md` says more.
"""

from __future__ import annotations

import math
import statistics
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from numerics.traces.trace import Trace


LARGEST_BOUNDS = {
    "step1": 1e-2,
    "step2": 1e-1,
    "early": 1e-1,
    "epoch_mean": 0.5,
    "accuracy": 0.1,
}
"""A difference above these is no agreement: a loss begins near ln 10 = 2.3, and guessing is right in
a tenth of ten classes.
"""

MIN_STEPS = 2
"""The first loss is before any update: it says nothing of the backward pass."""


LARGEST_GRADIENT = 1e-2
"""The largest relative difference of the norms of the first gradients, which are of the same
parameters and examples: rounding makes a thousandth of it. Losses alone may hide a wrong backward
pass where bounds are loose and steps are small.
"""


LEAST_STEP = 2.0**-18
"""The smallest step of Adam, in terms of a parameter, that shows: 64 units in the last place."""


@dataclass(frozen=True)
class Bounds:
    """Largest accepted absolute differences: of the loss at step 1, at step 2, and at any of the
    first `early_steps`; of the mean loss of any whole epoch; of the held-out accuracy (1 is all).
    """

    step1: float
    step2: float
    early_steps: int
    early: float
    epoch_mean: float
    accuracy: float


class BoundsError(ValueError):
    """Bounds are malformed; the message names the key."""


@dataclass(frozen=True)
class EpochMean:
    """The mean loss of one epoch in both traces, float64."""

    epoch: int
    first: float
    second: float

    @property
    def difference(self) -> float:
        return abs(self.first - self.second)


@dataclass(frozen=True)
class Pair:
    """Differences of the losses over the `steps` that both traces have.

    `first_divergent` is the first step whose losses are not the same number, None if there is none.
    `epochs` are those complete in both. `accuracy` is the difference of held-out accuracy, None
    where a trace was cut short. `differences` holds one absolute difference per step.
    """

    names: tuple[str, str]
    steps: int
    step1: float
    step1_ulp: int
    step2: float | None
    median: float
    maximum: float
    maximum_step: int
    first_divergent: int | None
    epochs: tuple[EpochMean, ...]
    accuracies: tuple[float, float] | None
    grad_norm_relative: float
    differences: tuple[float, ...]

    @property
    def accuracy(self) -> float | None:
        return abs(self.accuracies[0] - self.accuracies[1]) if self.accuracies else None


@dataclass(frozen=True)
class Failure:
    """A bound that a pair breaks; `where` is a step or an epoch, or empty."""

    pair: tuple[str, str]
    quantity: str
    where: str
    found: float
    bound: float

    @property
    def text(self) -> str:
        first, second = self.pair
        where = f" at {self.where}" if self.where else ""
        return (
            f"{first} and {second}: {self.quantity}{where} differs by {self.found:.3g}; "
            f"the bound is {self.bound:.3g}"
        )


def compare(names: tuple[str, str], first: Trace, second: Trace) -> Pair:
    """Both must be traces of one run (`different_identity` gives nothing)."""
    both = list(zip(first.steps, second.steps))
    differences = tuple(abs(a.loss - b.loss) for a, b in both)
    largest = max(range(len(both)), key=lambda i: differences[i])
    unequal = (a.step for a, b in both if a.loss != b.loss)
    accuracies = None
    if first.held_out and second.held_out:
        accuracies = first.held_out.accuracy, second.held_out.accuracy
    return Pair(
        names=names,
        steps=len(both),
        step1=differences[0],
        step1_ulp=ulps(both[0][0].loss, both[0][1].loss),
        step2=differences[1] if len(both) > 1 else None,
        median=statistics.median(differences),
        maximum=differences[largest],
        maximum_step=largest + 1,
        first_divergent=next(unequal, None),
        epochs=tuple(_epochs(first, second, len(both))),
        accuracies=accuracies,
        grad_norm_relative=_relative(both[0][0].grad_norm, both[0][1].grad_norm),
        differences=differences,
    )


def different_identity(first: Trace, second: Trace) -> list[str]:
    """What keeps these from being traces of one run, one text per field."""
    ours, theirs = _flat(first.header.identity()), _flat(second.header.identity())
    return [f"{key}: {ours[key]} and {theirs[key]}" for key in ours if ours[key] != theirs[key]]


def incomparable(first: Trace, second: Trace) -> list[str]:
    """Why agreement of these two, traces of one run, would say nothing."""
    found = []
    if (first.header.corner, first.header.environment) == (
        second.header.corner,
        second.header.environment,
    ):
        found.append(f"both are of the corner {first.header.corner}, on one device")
    steps = min(len(first.steps), len(second.steps))
    if steps < MIN_STEPS:
        found.append(f"they have {steps} step in common, and {MIN_STEPS} are needed")
    found += [said for said in map(shows_nothing, (first, second)) if said]
    return list(dict.fromkeys(found))


def shows_nothing(trace: Trace) -> str:
    """Why no backward pass shows in the losses of a trace, or ""."""
    steps = len(trace.steps)
    if all(step.grad_norm == 0 for step in trace.steps):
        return f"the gradient is zero in all {steps} steps"
    rate = max(step.lr for step in trace.steps)
    scale = trace.steps[0].param_norm / math.sqrt(trace.header.total_params)
    if rate < LEAST_STEP * scale:
        return (
            f"no rate is above {rate:g}, and a parameter is {scale:.3g} (root mean square), so "
            "that a step of Adam is next to rounding"
        )
    return ""


def failures(pair: Pair, bounds: Bounds) -> list[Failure]:
    """Of every quantity that is out of bounds, the first place where it is."""
    steps = [(f"step {i}", found) for i, found in enumerate(pair.differences, start=1)]
    epochs = [(f"epoch {mean.epoch}", mean.difference) for mean in pair.epochs]
    accuracy = [("", pair.accuracy)] if pair.accuracy is not None else []
    quantities = (
        ("loss", steps[:1], bounds.step1),
        ("loss", steps[1:2], bounds.step2),
        ("early loss", steps[: bounds.early_steps], bounds.early),
        ("mean loss", epochs, bounds.epoch_mean),
        ("held-out accuracy", accuracy, bounds.accuracy),
        (
            "the first gradient's norm (relative)",
            [("step 1", pair.grad_norm_relative)],
            LARGEST_GRADIENT,
        ),
    )
    broken = []
    for quantity, places, bound in quantities:
        beyond = [(where, found) for where, found in places if found > bound]
        broken += [Failure(pair.names, quantity, *place, bound) for place in beyond[:1]]
    return broken


def bounds_from_json(content: Mapping[str, Any]) -> Bounds:
    """{"step1", "step2", "early": {"steps", "max"}, "epoch_mean", "accuracy"}, all required.

    Raises BoundsError.
    """
    known = ("step1", "step2", "early", "epoch_mean", "accuracy")
    for key in content:
        if key not in known:
            raise BoundsError(f"unknown bound {key!r}; bounds are {', '.join(known)}")
    for key in known:
        if key not in content:
            raise BoundsError(f"missing bound {key!r}; bounds are {', '.join(known)}")
    early = content["early"]
    if not isinstance(early, Mapping) or set(early) != {"steps", "max"}:
        raise BoundsError(f"bound 'early' is {early!r}; it must be {{'steps': ..., 'max': ...}}")
    steps = early["steps"]
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        raise BoundsError(f"bound 'early' has steps {steps!r}; it must be 1 or more")
    return Bounds(
        _bound("step1", content["step1"]),
        _bound("step2", content["step2"]),
        steps,
        _bound("early", early["max"]),
        _bound("epoch_mean", content["epoch_mean"]),
        _bound("accuracy", content["accuracy"]),
    )


def ulps(x: float, y: float) -> int:
    """How many float32 numbers from `x` to `y`; both must be float32 numbers."""
    return abs(_ordinal(x) - _ordinal(y))


def pair_as_json(pair: Pair) -> dict[str, Any]:
    content = asdict(pair)
    del content["differences"]
    content["names"] = list(pair.names)
    content["epochs"] = [{**asdict(mean), "difference": mean.difference} for mean in pair.epochs]
    content["accuracies"] = list(pair.accuracies) if pair.accuracies else None
    content["accuracy"] = pair.accuracy
    return content


def _epochs(first: Trace, second: Trace, steps: int) -> Iterator[EpochMean]:
    """Whole epochs among the first `steps`."""
    size = first.header.config.epoch_steps
    for epoch in range(steps // size):
        part = slice(epoch * size, (epoch + 1) * size)
        yield EpochMean(epoch, *(_mean(trace, part) for trace in (first, second)))


def _mean(trace: Trace, part: slice) -> float:
    return statistics.fmean(step.loss for step in trace.steps[part])


def _flat(identity: Mapping[str, Any]) -> dict[str, Any]:
    config = {f"config.{key}": value for key, value in identity["config"].items()}
    return {**{key: value for key, value in identity.items() if key != "config"}, **config}


def _relative(x: float, y: float) -> float:
    return abs(x - y) / max(abs(x), abs(y)) if x != y else 0.0


def _ordinal(x: float) -> int:
    (bits,) = struct.unpack("<i", struct.pack("<f", x))
    return bits if bits >= 0 else -(bits & 0x7FFFFFFF)


def _bound(key: str, value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise BoundsError(f"bound {key!r} is {value!r}; it must be a number")
    if not math.isfinite(value) or value < 0:
        raise BoundsError(f"bound {key!r} is {value!r}; it must be finite and not negative")
    if value > LARGEST_BOUNDS[key]:
        raise BoundsError(
            f"bound {key!r} is {value!r}; it must be at most {LARGEST_BOUNDS[key]:g}: a comparison "
            "that nothing can fail is none"
        )
    return float(value)
