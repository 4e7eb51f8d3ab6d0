"""Draw the inputs of a check, reproducibly, from a counter-based generator.

The generator is Philox 4x64-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
1, 2, 3", SC 2011). Its key comes from the check's name and its counter from the number of the draw,
so that adding or reordering checks never changes what another check draws.
"""

from __future__ import annotations

import hashlib

import numpy as np

from numerics.gradients.check import Avoid, Check, Input

MAX_ATTEMPTS = 1000


class DrawError(Exception):
    """The inputs of a check cannot be drawn as declared."""


def generator(name: str, draw: int, purpose: str = "inputs") -> np.random.Generator:
    """The random stream of one draw of one check; each `purpose` has a stream of its own."""
    digest = hashlib.sha256(f"{name}\0{purpose}".encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8").astype(np.uint64)
    # The draw goes into the counter's most significant word: streams never overlap.
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, draw]))


def draw_inputs(check: Check, draw: int) -> tuple[tuple[np.ndarray, ...], int]:
    """The inputs of one draw (read-only arrays), and how many attempts `check.avoid` took.

    Raises `DrawError` when a sample has the wrong shape or dtype or is not finite, or when no
    attempt keeps the margin that the check asks for.
    """
    rng = generator(check.name, draw)
    avoid, closest = check.avoid, -np.inf
    if avoid is None:
        return tuple(_sample(item, rng) for item in check.inputs), 1
    for attempt in range(1, MAX_ATTEMPTS + 1):
        values = tuple(_sample(item, rng) for item in check.inputs)
        distance = _smallest_distance(avoid, values)
        if distance >= avoid.margin:
            return values, attempt
        closest = max(closest, distance)
    raise DrawError(
        f"none of {MAX_ATTEMPTS} attempts keeps the margin {avoid.margin} (the best one "
        f"reached {closest}); avoided: {avoid.why}. Lower the margin or change the sampling"
    )


def _sample(item: Input, rng: np.random.Generator) -> np.ndarray:
    value = np.array(item.sample(rng, item.shape))
    if value.shape != item.shape or value.dtype != np.dtype(item.dtype):
        raise DrawError(
            f"the sample of input {item.name!r} has shape {value.shape} and dtype {value.dtype}; "
            f"declared: shape {item.shape} and dtype {item.dtype}"
        )
    if not np.all(np.isfinite(value)):
        raise DrawError(f"the sample of input {item.name!r} holds a NaN or an infinity")
    value.setflags(write=False)
    return value


def _smallest_distance(avoid: Avoid, values: tuple[np.ndarray, ...]) -> float:
    distances = np.asarray(avoid.distance(*values), dtype=np.float64)
    if distances.size == 0 or np.any(np.isnan(distances)):
        raise DrawError(
            f"avoid.distance gave {distances}: want one or more numbers, none of them NaN"
        )
    return float(np.min(distances))
