"""What a check concludes, in the same four words for every prover."""

from __future__ import annotations

from enum import Enum
from typing import Collection


class Verdict(Enum):
    """`clean` and `iou-only` pass; `hard-error` fails; `not-available` is neither."""

    CLEAN = "clean"
    IOU_ONLY = "iou-only"
    HARD_ERROR = "hard-error"
    NOT_AVAILABLE = "not-available"

    @property
    def passes(self) -> bool:
        return self in (Verdict.CLEAN, Verdict.IOU_ONLY)


def exit_code(
    verdict: Verdict,
    *,
    strict: bool,
    lacks: Collection[str] = (),
    missing: Collection[str] = (),
) -> int:
    """0 lets `test` go on. Under `strict`, a toolchain that is missing fails the test.

    It does not if all that is `missing` is in `lacks`, what the machine is known not to have.
    """
    if verdict is Verdict.NOT_AVAILABLE:
        known = bool(missing) and all(name in lacks for name in missing)
        return 1 if strict and not known else 0
    return 0 if verdict.passes else 1
