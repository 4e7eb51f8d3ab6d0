"""What the findings about a trace, and about several, amount to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from fourfold.backend.numerics.findings import Findings
from fourfold.core.conclusion import conclude
from fourfold.core.report import Report, counted


@dataclass(frozen=True)
class Missing:
    """A trace that takes no part in a comparison. `corner` is "" if the machine has it."""

    name: str
    reason: str
    corner: str = ""


def judge_trace(
    recorded: Findings,
    compared: Findings | None,
    baseline: str,
    more: Mapping[str, Any],
    **facts: Any,
) -> Report:
    """`compared` is what the baseline shows, where there is one; `more` is other evidence."""
    refusals, agreement, beside = recorded.refusals, "no baseline", None
    unavailable: tuple[str, ...] = ()
    if compared:
        differs = (f"It differs from {baseline}.",) if compared.refusals else ()
        refusals = (*refusals, *differs, *compared.refusals)
        unavailable = compared.unavailable
        agreement = f"{'agrees with' if compared.sound else 'differs from'} its baseline"
        beside = {"path": baseline, **compared.evidence}
    concluded = conclude(
        refusals, judged=recorded.judged, unavailable=(*recorded.unavailable, *unavailable)
    )
    steps = (counted(recorded.judged, "step"),) if recorded.judged else ()
    return Report(
        verdict=concluded.verdict,
        messages=concluded.messages,
        counts=(*steps, agreement),
        evidence={**more, "baseline": beside},
        **facts,
    )


def judge_comparison(
    compared: Findings | None,
    missing: Sequence[Missing],
    failed: Sequence[str],
    more: Mapping[str, Any],
    *,
    strict: bool,
    lacks: Sequence[str],
    **facts: Any,
) -> Report:
    """`compared` is None where there are no two traces to compare; `failed` are messages.

    Under `strict`, a corner is missing for good only if `lacks` has it.
    """
    corners = tuple(sorted({m.corner for m in missing if m.corner}))
    undeclared = tuple(corner for corner in corners if strict and corner not in lacks)
    # Without a comparison the whole is open, and else what should have been part of it.
    open_for = undeclared if compared else corners
    unavailable = tuple(
        f"{m.name} was not compared: {m.reason}"
        for m in missing
        if compared is None or m.corner in undeclared
    )
    if compared is None:
        unavailable = ("There are no two traces to compare.", *unavailable)
    found = compared or Findings()
    concluded = conclude(
        (*failed, *found.refusals),
        judged=found.judged,
        unavailable=(*found.unavailable, *unavailable),
    )
    return Report(
        verdict=concluded.verdict,
        messages=concluded.messages,
        counts=(
            f"{counted(found.judged, 'pair')} of traces",
            f"{len(missing)} not compared",
        ),
        evidence={
            **more,
            "comparison": dict(found.evidence) or None,
            "not_compared": [{"name": m.name, "reason": m.reason} for m in missing],
        },
        lacking=open_for,
        **facts,
    )
