"""One question for every target, and the goals that ask it."""

from __future__ import annotations

from fourfold.witness import audit, citations, expected_verdict, judge, verdict_log


def target_types():
    return expected_verdict.target_types()


def rules():
    return [
        *audit.rules(),
        *citations.rules(),
        *judge.rules(),
        *verdict_log.rules(),
        *expected_verdict.rules(),
    ]
