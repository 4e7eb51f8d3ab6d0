from __future__ import annotations

from fourfold.core.axiom_path import axiom_path

MENTIONS = {
    "M.claim": ["M.long", "M.step"],
    "M.long": ["M.longer"],
    "M.longer": ["M.step"],
    "M.step": ["B.gap", "M.claim"],
}


def test_takes_a_shortest_path() -> None:
    assert axiom_path(MENTIONS, "M.claim", "B.gap") == ("M.claim", "M.step", "B.gap")


def test_an_axiom_is_its_own_path() -> None:
    assert axiom_path(MENTIONS, "B.gap", "B.gap") == ("B.gap",)


def test_names_the_ends_where_no_mention_connects_them() -> None:
    assert axiom_path(MENTIONS, "M.claim", "B.other") == ("M.claim", "B.other")
    assert axiom_path({}, "M.claim", "B.gap") == ("M.claim", "B.gap")
