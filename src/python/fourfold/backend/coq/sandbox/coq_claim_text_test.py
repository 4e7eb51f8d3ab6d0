from __future__ import annotations

import pytest

from fourfold.backend.coq.sandbox.coq_claim_text import not_one_term, qualified_names, renamed


@pytest.mark.parametrize(
    "text",
    [
        "forall n : nat, n + 0 = n",
        "(fun x => x.(Lib.main.f)) = {| Lib.main.f := [1; 2] |}",
        's = "a "" (* ) . b"',
        "0 <= 2.5%R",
        "exists x,\n  x = Definition",
    ],
)
def test_a_term_is_a_claim(text: str) -> None:
    assert not_one_term(text) == ""


@pytest.mark.parametrize(
    "text, found",
    [
        ("True). Definition x := (True", "a `)`"),
        ("True. Definition x := True", "a full stop"),
        ("True.", "a full stop"),
        ("True...", "a full stop"),
        ("True.\tAxiom x : False", "a full stop"),
        ("True (* . *)", "a comment"),
        ('True "', "a string that is not closed"),
        ("(True", "no `)`"),
        ("(True]", "a `]`"),
        ("[True)", "a `)`"),
        ("True\0", "a NUL"),
        (" \n", "no text"),
    ],
)
def test_what_could_leave_its_parentheses_is_no_claim(text: str, found: str) -> None:
    assert not_one_term(text).startswith(found)


def test_names_with_a_dot() -> None:
    text = 'forall n, Lib.main.f n = x.(Lib.g\') /\\ "Lib.h" = s /\\ Lib.main.f = n'
    assert qualified_names(text) == ["Lib.main.f", "Lib.g'"]


def test_names_are_replaced_as_a_whole() -> None:
    text = 'Lib.f = Lib.f\' /\\ A.Lib.f = "Lib.f" /\\ Lib.f.g = (Lib.f)'
    assert renamed(text, {"Lib.f": "v"}) == 'v = Lib.f\' /\\ A.Lib.f = "Lib.f" /\\ Lib.f.g = (v)'
