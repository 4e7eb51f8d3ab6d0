"""Inputs that are drawn where wrong formulas agree with right ones: at 1, x**3 and x are one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from numerics.gradients.check import Check
from numerics.gradients.finite_differences import Values

ENOUGH = 4  # different numbers, of as many as are drawn


def too_special(check: Check, draws: Sequence[Values]) -> list[str]:
    """Failures: the inputs whose draws are too alike to tell formulas apart."""
    failures = []
    for position, item in enumerate(check.inputs):
        drawn = [values[position] for values in draws]
        numbers = np.unique(np.stack(drawn))
        entries = drawn[0].size
        if not item.differentiate:
            # A mask or a label has few values, but more than one.
            if entries > 1 and len(numbers) == 1:
                failures.append(
                    f"every entry of input {item.name!r} is {numbers[0]} on every draw, so that "
                    "what a formula makes of it is not seen; draw others"
                )
        elif entries > 1 and all(np.ptp(each) == 0 for each in drawn):
            failures.append(
                f"the entries of input {item.name!r} are all one number on every draw, so that a "
                "formula that confuses them passes; draw them independently"
            )
        elif len(numbers) < min(ENOUGH, entries * len(drawn)):
            shown = ", ".join(f"{number:g}" for number in numbers)
            failures.append(
                f"the only numbers drawn for input {item.name!r} are {shown}; at a few numbers "
                "wrong formulas agree with right ones (x**3 is x at 1), so draw more of them, or "
                "set differentiate=False on this input"
            )
    return failures
