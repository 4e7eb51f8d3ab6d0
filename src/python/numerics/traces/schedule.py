"""The learning rate of each step: linear warm-up, then constant or half a cosine.

With w warm-up steps of n in all, base rate r, and step s counted from 1:

    s <= w   r s / w
    s > w    r                                          constant
             r (1 + cos(pi (s - w - 1) / (n - w))) / 2  cosine

so the first step after the warm-up has rate r, and the last a rate above 0. Source of the cosine:
Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.

It is computed once, on the host, in float64 and rounded once to float32. The cosine is a
polynomial in plain arithmetic, as the C library's differs between machines.
"""

from __future__ import annotations

import math

import numpy as np

from numerics.traces.config import Config

_TERMS = 14  # the first term left out is below 2**-60 at pi / 2


def learning_rate(config: Config, step: int) -> np.float32:
    """Raises ValueError unless 1 <= step <= config.steps."""
    if not 1 <= step <= config.steps:
        raise ValueError(f"step is {step}; it must be from 1 to {config.steps}")
    rate, warmup = config.learning_rate, config.warmup_steps
    if step <= warmup:
        return np.float32(rate * step / warmup)
    if config.schedule == "constant":
        return np.float32(rate)
    progress = (step - warmup - 1) / (config.steps - warmup)
    # (1 + cos 2x) / 2 = cos(x)**2
    return np.float32(rate * _cosine(math.pi / 2 * progress) ** 2)


def _cosine(x: float) -> float:
    """Taylor's polynomial in Horner's form, for 0 <= x <= pi / 2."""
    square, total = x * x, 1.0
    for k in range(_TERMS, 0, -1):
        total = 1.0 - square * total / ((2 * k - 1) * (2 * k))
    return total
