"""What the findings about one target amount to: the only place where a verdict is concluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Iterable

from fourfold.core.verdict import Verdict

NOTHING_JUDGED = "nothing was judged, so that nothing is known of it"


@dataclass(frozen=True)
class Conclusion:
    """`messages` are the reasons, of a verdict that does not pass."""

    verdict: Verdict
    messages: tuple[str, ...] = ()


def conclude(
    refusals: Iterable[str],
    *,
    judged: int,
    unavailable: Iterable[str] = (),
    ious: Collection[str] = (),
) -> Conclusion:
    """A refusal stands whatever else is missing, and what is missing leaves the rest open.

    `judged` counts what was looked at (modules, comparisons, theorems): of nothing, nothing is
    clean. `unavailable` are reasons why a part could not be judged on this machine.
    """
    refused = tuple(refusals)
    if refused:
        return Conclusion(Verdict.HARD_ERROR, refused)
    missing = tuple(unavailable)
    if missing:
        return Conclusion(Verdict.NOT_AVAILABLE, missing)
    if judged < 1:
        return Conclusion(Verdict.HARD_ERROR, (NOTHING_JUDGED,))
    return Conclusion(Verdict.IOU_ONLY if ious else Verdict.CLEAN)
