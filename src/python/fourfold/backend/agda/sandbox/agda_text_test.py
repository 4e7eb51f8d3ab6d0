from __future__ import annotations

import json

import pytest

from fourfold.backend.agda.sandbox.agda_text import (
    agda_string,
    comments,
    displayed,
    has_left_lets,
    haskell_string,
    without,
)


def highlighting(*ranges: tuple[int, int]) -> str:
    payload = [{"atoms": ["comment"], "range": list(r)} for r in ranges]
    payload.append({"atoms": ["keyword"], "range": [1, 3]})
    answer = {"kind": "HighlightingInfo", "direct": True, "info": {"payload": payload}}
    return "JSON> " + json.dumps(answer) + "\nJSON> "


def test_comments_go_and_columns_stay() -> None:
    text = "-- top\nmodule A where {- x -}\n\n  {- a\nb -} y = z\n"
    found = comments(highlighting((1, 7), (23, 30), (34, 43)))
    assert without(text, found) == "module A where\n     y = z\n"


def test_carriage_returns_are_not_counted() -> None:
    assert without("module A where\r\n-- c\r\nx = y\r\n", [(15, 19)]) == "module A where\nx = y\n"


def test_a_place_that_is_no_comment_changes_nothing() -> None:
    assert without("module A where\n", [(3, 5)]) == "module A where\n"


@pytest.mark.parametrize(
    "literal, text",
    [('"a"', "a"), ('"a\\nb"', "a\nb"), ('"\\8801"', "≡"), ('"\\"\\\\"', '"\\'), ('"1\\&2"', "12")],
)
def test_strings(literal: str, text: str) -> None:
    assert agda_string(literal) == text


def test_a_number_is_no_string() -> None:
    with pytest.raises(ValueError):
        agda_string("12")


def test_only_what_is_displayed_counts() -> None:
    lines = [
        "JSON> " + json.dumps({"kind": "DisplayInfo", "info": {"kind": "Error"}}),
        json.dumps({"kind": "RunningInfo", "message": '{"kind": "DisplayInfo"}'}),
        'printed {"kind": "DisplayInfo", "info": {}}',
    ]
    assert displayed("\n".join(lines)) == [{"kind": "Error"}]
    assert haskell_string('a"\\') == '"a\\"\\\\"'


def symbols(text: str, *words: str) -> str:
    """Each is at the place where it is first found after the one before it."""
    payload, at = [], 0
    for word in words:
        at = text.index(word, at)
        kind = "comment" if word.startswith("--") else "symbol"
        payload.append({"atoms": [kind], "range": [at + 1, at + len(word) + 1]})
        at += len(word)
    return json.dumps({"kind": "HighlightingInfo", "direct": True, "info": {"payload": payload}})


@pytest.mark.parametrize(
    "text, words, expected",
    [
        ("f x using y ← g x = y", "using ← =", True),
        ("f x using (y) <- g x = y", "using ( ) <- =", True),
        ("f x using (record {a = y}) , z ← g x = y", "using ( record { = } ) ← =", True),
        ("f x using y -- : =\n ← g x = y", "using --\u00a0:\u00a0= ← =", True),
        ("import A using (x)\nf : B\nf with y ← a = y", "import using ( ) : with ← =", False),
        ("f with y ← a = y", "with ← =", False),
        ("f using y ← a = y", "", True),
    ],
)
def test_names_that_clauses_bind_on_their_left(text: str, words: str, expected: bool) -> None:
    text = text.replace("-- : =", "--\u00a0:\u00a0=")
    output = symbols(text, *words.split(" ")) if words else ""
    assert has_left_lets(text, output) is expected
