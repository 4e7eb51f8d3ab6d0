from __future__ import annotations

import re

from fourfold.core.tokens import after_first, after_nested, tokens

TOKEN = re.compile(r"(?P<comment>\(\*)|(?P<pragma><<)|(?P<word>\w+)|(?P<other>.)", re.DOTALL)
LONGER = {"comment": after_nested("(*", "*)"), "pragma": after_first(">>")}


def words(text: str) -> list[tuple[str, int]]:
    return [(word, line) for kind, word, line in tokens(text, TOKEN, LONGER) if kind == "word"]


def test_comments_nest_and_lines_are_counted_in_them() -> None:
    assert words("a (* b (* c\n*) d\n*) e\nf") == [("a", 1), ("e", 3), ("f", 4)]


def test_what_is_never_closed_reaches_to_the_end() -> None:
    assert words("a (* b (* c *) d") == [("a", 1)]
    assert words("a << b") == [("a", 1)]


def test_what_ends_at_its_first_end_does_not_nest() -> None:
    assert words("<< a << b >> c") == [("c", 1)]
