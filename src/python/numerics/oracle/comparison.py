"""Two corners' outcomes, compared in absolute and relative error and in units in the last place.

The entries of one gradient tensor are sums of many terms that cancel to different degrees, so an
entry near zero carries the rounding error of the large ones; its own last place says nothing.
Errors of a tensor are therefore measured in the last place (float32) of a scale: the largest
magnitude in the tensor, but at least `SCALE_FLOOR` times the largest magnitude in the whole
gradient. That is for tensors whose gradient is zero in exact arithmetic, such as the bias of an
attention key: all that is left of them is rounding.

What is allowed is the stated bound, or `NOISE` times the noise floor measured for that number, if
that is more: see `oracle_noise`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.oracle.noise import NO_FLOOR, Floor
from numerics.oracle.problem import Outcome

SCALE_FLOOR = 2.0**-4
NOISE = 8.0  # a corner sums in an order of its own, and a few draws find no extreme


@dataclass(frozen=True)
class Bounds:
    """The largest accepted errors: of loss2, absolute; of loss1 and every gradient, in ULPs."""

    max_abs_step2: float
    max_ulp: float


@dataclass(frozen=True)
class LossError:
    """`name` is loss1 or loss2. `floor` and `allowed` are in the unit of what is bounded: ULPs of
    loss1, and loss2 as it is.
    """

    name: str
    value: float
    reference: float
    absolute: float
    ulps: float
    floor: float
    allowed: float


@dataclass(frozen=True)
class TensorError:
    """Errors of one gradient tensor and the entry with the largest. `scale` is as in the module's
    docstring; `floor` and `allowed` are in ULPs of it.

    `sign_flips` counts entries with opposite signs: Adam's first step moves those apart by twice
    the learning rate however small they are. `largest_flip` is the largest magnitude among them in
    the reference.
    """

    name: str
    entries: int
    absolute: float
    relative: float
    ulps: float
    floor: float
    allowed: float
    scale: float
    worst: tuple[int, ...]
    value: float
    reference: float
    sign_flips: int
    largest_flip: float


@dataclass(frozen=True)
class PairResult:
    """One corner against another, more trusted one; `failures` is empty when they agree within the
    bounds.
    """

    corner: str
    against: str
    loss1: LossError
    loss2: LossError
    gradients: tuple[TensorError, ...]
    failures: tuple[str, ...]

    @property
    def worst_gradient(self) -> TensorError:
        return max(self.gradients, key=lambda error: error.ulps)


def not_finite(corner: str, outcome: Outcome) -> list[str]:
    """One message for each loss or gradient tensor that holds NaN or infinity."""
    found = []
    for name, value in (("loss1", outcome.loss1), ("loss2", outcome.loss2)):
        if not math.isfinite(value):
            found.append(f"{corner}: {name} is {value}; every loss must be finite")
    for name, gradient in outcome.gradients.items():
        bad = np.argwhere(~np.isfinite(gradient))
        if len(bad):
            entry = tuple(int(i) for i in bad[0])
            found.append(
                f"{corner}: gradient of {name} is {gradient[entry]} at {list(entry)} "
                f"({len(bad)} of {gradient.size} entries are not finite)"
            )
    return found


def compare(
    corner: str,
    outcome: Outcome,
    against: str,
    reference: Outcome,
    bounds: Bounds,
    noise: Floor = NO_FLOOR,
) -> PairResult:
    """Both must be finite. Raises ValueError unless they have the same tensors, same shapes."""
    unit = last_place(reference.loss1)
    loss1 = _loss_error(
        "loss1", outcome.loss1, reference.loss1, noise.loss1 / unit, bounds.max_ulp
    )
    loss2 = _loss_error(
        "loss2", outcome.loss2, reference.loss2, noise.loss2, bounds.max_abs_step2
    )
    if outcome.gradients.keys() != reference.gradients.keys():
        raise ValueError(f"{corner} and {against} have gradients of different parameters")
    least = SCALE_FLOOR * max(_magnitude(g) for g in reference.gradients.values())
    gradients = tuple(
        _tensor_error(
            name,
            outcome.gradients[name],
            gradient,
            least,
            noise.gradients.get(name, 0.0),
            bounds.max_ulp,
        )
        for name, gradient in reference.gradients.items()
    )
    failures = _failures(f"{corner} against {against}", loss1, loss2, gradients)
    return PairResult(corner, against, loss1, loss2, gradients, tuple(failures))


def last_place(scale: float) -> float:
    """The gap between float32 numbers of the magnitude of `scale`."""
    return float(np.spacing(np.float32(abs(scale))))


def _loss_error(
    name: str, value: float, reference: float, floor: float, bound: float
) -> LossError:
    absolute = abs(value - reference)
    ulps = absolute / last_place(reference)
    return LossError(name, value, reference, absolute, ulps, floor, max(bound, NOISE * floor))


def _tensor_error(
    name: str,
    value: NDArray[np.floating],
    reference: NDArray[np.floating],
    least: float,
    noise: float,
    bound: float,
) -> TensorError:
    """`least` is the smallest scale, and `noise` the absolute noise floor."""
    if value.shape != reference.shape:
        raise ValueError(f"gradient of {name}: shapes {value.shape} and {reference.shape} differ")
    value, reference = value.astype(np.float64), reference.astype(np.float64)
    difference = np.abs(value - reference)
    worst = np.unravel_index(int(difference.argmax()), difference.shape)
    absolute = float(difference[worst])
    magnitude = _magnitude(reference)
    scale = max(magnitude, least)
    floor = noise / last_place(scale)
    flipped = np.sign(value) * np.sign(reference) < 0
    return TensorError(
        name=name,
        entries=reference.size,
        absolute=absolute,
        relative=absolute / magnitude if magnitude else (math.inf if absolute else 0.0),
        ulps=absolute / last_place(scale),
        floor=floor,
        allowed=max(bound, NOISE * floor),
        scale=scale,
        worst=tuple(int(i) for i in worst),
        value=float(value[worst]),
        reference=float(reference[worst]),
        sign_flips=int(flipped.sum()),
        largest_flip=float(np.abs(reference[flipped]).max(initial=0.0)),
    )


def _magnitude(gradient: NDArray[np.floating]) -> float:
    return float(np.abs(gradient).max(initial=0.0))


def _failures(
    pair: str, loss1: LossError, loss2: LossError, gradients: tuple[TensorError, ...]
) -> list[str]:
    # Written as "not <=", so that a NaN that got this far would fail.
    failures = []
    if not loss1.ulps <= loss1.allowed:
        failures.append(
            f"{pair}: loss1 is {loss1.value!r}, expected {loss1.reference!r}: "
            f"off by {loss1.ulps:.1f} ULP, {_allowed(loss1)}"
        )
    for error in gradients:
        if not error.ulps <= error.allowed:
            failures.append(
                f"{pair}: gradient of {error.name} at {list(error.worst)} is {error.value!r}, "
                f"expected {error.reference!r}: off by {error.absolute:.3g}, which is "
                f"{error.ulps:.1f} ULP of the scale {error.scale:.3g}, {_allowed(error)}"
            )
    if not loss2.absolute <= loss2.allowed:
        failures.append(
            f"{pair}: loss2 is {loss2.value!r}, expected {loss2.reference!r}: "
            f"off by {loss2.absolute:.3g}, {_allowed(loss2)}"
        )
    return failures


def _allowed(error: LossError | TensorError) -> str:
    return f"allowed {error.allowed:g} (noise floor {error.floor:.3g})"
