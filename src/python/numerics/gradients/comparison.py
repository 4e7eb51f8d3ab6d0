"""Compare a claimed vector-Jacobian product with numeric derivatives, through bilinear probes.

For a tangent t of one input and a cotangent y of the output, the claim <t, vjp(y)> stands against
<Df(x)[t], y>. With unit vectors for both this is the whole Jacobian, entry by entry; for large
shapes, random cotangents and then random tangents keep the number of evaluations bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.gradients.check import Check, Tolerance
from numerics.gradients.finite_differences import Derivative, Values, refuse_non_finite
from numerics.gradients.resolution import Resolution, resolution_of

JACOBIAN_ENTRIES = 4096  # up to here the whole Jacobian of an input is compared
GRADIENT_ENTRIES = 1024  # above it, up to here, every entry of random-cotangent gradients
RANDOM_COTANGENTS = 2
RANDOM_TANGENTS = 8
CHUNK = 1 << 20  # entries of the points that are evaluated at once


@dataclass(frozen=True)
class Probe:
    """Tangents of one input and cotangents of the output, one flat vector per row.

    The first `unit_cotangents` cotangents are the unit vectors; the rest are random. `tangents` is
    None for the unit vectors of the input.
    """

    position: int
    tangents: np.ndarray | None
    cotangents: np.ndarray
    unit_cotangents: int


@dataclass(frozen=True)
class Entry:
    """One compared number: what it is, in words, and both values."""

    what: str
    claimed: float
    numeric: float
    allowed: float

    @property
    def error(self) -> float:
        return abs(self.claimed - self.numeric)

    @property
    def ratio(self) -> float:
        """How much of the tolerance is used up; above one the entry disagrees."""
        return self.error / max(self.allowed, np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Comparison:
    """Claimed against numeric derivatives; `worst` is the entry with the largest ratio.

    max_relative_error is the largest absolute error over the largest numeric magnitude of the same
    input: entries that are zero in exact arithmetic would make an entrywise ratio meaningless.
    `resolution` is what can be told apart, for each differentiated input.
    """

    entries: int
    max_abs_error: float
    max_relative_error: float
    worst: Entry
    resolution: tuple[Resolution, ...]

    @property
    def passed(self) -> bool:
        return self.worst.ratio <= 1.0


def plan_probes(
    check: Check, values: Values, output_size: int, rng: np.random.Generator
) -> list[Probe]:
    """One probe per differentiated input: whole Jacobian, gradients, or directions, by size."""
    random_cotangents = rng.standard_normal((RANDOM_COTANGENTS, output_size))
    probes = []
    for position in check.differentiated:
        size = values[position].size
        tangents, cotangents, units = None, random_cotangents, 0
        if size * output_size <= JACOBIAN_ENTRIES:
            # The random cotangents stay: a claim that squares its cotangent, say, agrees on every
            # unit vector and is wrong all the same.
            cotangents, units = np.vstack([np.eye(output_size), random_cotangents]), output_size
        elif size > GRADIENT_ENTRIES:
            tangents = rng.standard_normal((RANDOM_TANGENTS, size))
        probes.append(Probe(position, tangents, cotangents, units))
    return probes


def cotangents_of(probes: list[Probe]) -> np.ndarray:
    """All cotangents: those of a probe are all, or the random ones, which come last."""
    return max((probe.cotangents for probe in probes), key=len)


def claimed_products(probes: list[Probe], gradients: Values) -> list[np.ndarray]:
    """<t, vjp(y)> for every probe: one row per tangent, one column per cotangent.

    `gradients` are the claim at `cotangents_of(probes)`, one array per differentiated input.
    """
    products = []
    for probe, gradient in zip(probes, gradients, strict=True):
        count = len(probe.cotangents)
        matrix = gradient[-count:].reshape(count, -1).T
        products.append(matrix if probe.tangents is None else probe.tangents @ matrix)
    return products


def compare(
    check: Check,
    values: Values,
    output: np.ndarray,
    probes: list[Probe],
    claimed: list[np.ndarray],
    derivative: Derivative,
    tolerance: Tolerance,
) -> Comparison:
    """Compare the claimed products of every probe of one draw with numeric ones.

    Raises `EvaluationError` when a function value or a product is not finite.
    """
    parts = []
    for probe, claim in zip(probes, claimed, strict=True):
        numeric = _numeric_products(probe, derivative, values[probe.position].size)
        refuse_non_finite(numeric, f"the numeric derivative in {check.inputs[probe.position].name}")
        refuse_non_finite(claim, f"the claim for {check.inputs[probe.position].name}")
        error = np.abs(claim - numeric)
        allowed = tolerance.absolute + tolerance.relative * np.abs(numeric)
        where = _worst_index(error, allowed, probe.unit_cotangents)
        what = _describe(check, values, output.shape, probe, *where)
        worst = Entry(what, float(claim[where]), float(numeric[where]), float(allowed[where]))
        largest = float(np.abs(numeric).max()) or 1.0
        parts.append(
            Comparison(
                error.size,
                float(error.max()),
                float(error.max()) / largest,
                worst,
                (resolution_of(
                    probe.position, numeric, allowed, probe.unit_cotangents, probe.tangents is None
                ),),
            )
        )
    return Comparison(
        sum(part.entries for part in parts),
        max(part.max_abs_error for part in parts),
        max(part.max_relative_error for part in parts),
        max((part.worst for part in parts), key=lambda entry: entry.ratio),
        tuple(each for part in parts for each in part.resolution),
    )


def _worst_index(error: np.ndarray, allowed: np.ndarray, units: int) -> tuple[int, int]:
    """The entry furthest beyond its tolerance, if any is; a plain Jacobian entry where one is."""
    ratio = error / np.maximum(allowed, np.finfo(np.float64).tiny)
    if units and ratio[:, :units].max() > 1:
        ratio = ratio[:, :units]
    row, column = np.unravel_index(int(np.argmax(ratio)), ratio.shape)
    return int(row), int(column)


def _numeric_products(probe: Probe, derivative: Derivative, size: int) -> np.ndarray:
    tangents = np.eye(size) if probe.tangents is None else probe.tangents
    count = max(1, CHUNK // size)
    rows = []
    for at in range(0, len(tangents), count):
        moved = derivative(probe.position, tangents[at : at + count])
        rows.append(moved.reshape(len(moved), -1) @ probe.cotangents.T)
    return np.vstack(rows)


def _describe(
    check: Check, values: Values, output_shape: tuple[int, ...], probe: Probe, row: int, column: int
) -> str:
    name = check.inputs[probe.position].name
    if column < probe.unit_cotangents:
        output = f"output{_index(column, output_shape)}"
    else:
        output = f"<random cotangent {column - probe.unit_cotangents}, output>"
    if probe.tangents is None:
        return f"d {output} / d {name}{_index(row, values[probe.position].shape)}"
    return f"derivative of {output} along random tangent {row} of {name}"


def _index(flat: int, shape: tuple[int, ...]) -> str:
    return str([int(k) for k in np.unravel_index(flat, shape)]) if shape else ""
