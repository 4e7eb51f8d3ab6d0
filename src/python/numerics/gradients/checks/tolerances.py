"""The two tolerances that nearly every shipped check uses, for central differences at step 1e-5."""

from __future__ import annotations

from numerics.gradients.check import Tolerance

AFFINE = Tolerance(
    absolute=1e-9,
    relative=1e-9,
    why="affine in each input, so no truncation error; rounding is about 2^-53 |f| / step, near "
    "1e-11 for |f| of order one, and the margin is for sums of tens of terms",
)
SMOOTH = Tolerance(
    absolute=1e-8,
    relative=1e-8,
    why="truncation is step^2 |f'''| / 6, near 1e-10 with third derivatives of order ten at these "
    "input scales, and rounding is near 1e-11",
)
