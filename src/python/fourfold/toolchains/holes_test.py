from __future__ import annotations

from typing import Any

import pytest

from fourfold.toolchains.holes import parse_holes
from fourfold.toolchains.lock import InvalidToolchainFile

HOLE = {
    "id": "rocq-1",
    "what": "a check is skipped",
    "needs": "a fixpoint",
    "fixed_in": "9.9",
    "here": "accepted",
    "described_in": "the tracker",
}


def holes(*entries: Any) -> dict[str, Any]:
    return {"version": "9.2.0", "hole": list(entries)}


def test_a_complete_list_is_read() -> None:
    found = parse_holes(holes(HOLE, {**HOLE, "id": "rocq-2"}), "a.toml")
    assert found.ids == ("rocq-1", "rocq-2") and found.version == "9.2.0"
    assert parse_holes(holes(), "a.toml").ids == ()


def test_an_incomplete_entry_is_refused() -> None:
    for wrong in (
        {k: v for k, v in HOLE.items() if k != "fixed_in"},
        {**HOLE, "needs": " "},
        {**HOLE, "here": 5},
        {**HOLE, "more": "x"},
    ):
        with pytest.raises(InvalidToolchainFile, match="the hole rocq-1 must have"):
            parse_holes(holes(wrong), "a.toml")
    with pytest.raises(InvalidToolchainFile, match="twice"):
        parse_holes(holes(HOLE, HOLE), "a.toml")
    with pytest.raises(InvalidToolchainFile, match="expected `version`"):
        parse_holes({"hole": []}, "a.toml")
