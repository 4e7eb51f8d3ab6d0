"""Reads a source as its tokens, for the scanners of provers."""

from __future__ import annotations

import re
from typing import Callable, Iterator, Mapping

# From the text and the index at which a token begins, to the index after it.
After = Callable[[str, int], int]


def after_nested(opening: str, closing: str) -> After:
    """Of comments that nest; the end of the text if one is never closed."""
    part = re.compile(f"{re.escape(opening)}|{re.escape(closing)}")

    def after(text: str, start: int) -> int:
        depth, index = 1, start + len(opening)
        while depth:
            found = part.search(text, index)
            if found is None:
                return len(text)
            depth += 1 if found.group() == opening else -1
            index = found.end()
        return index

    return after


def after_first(closing: str) -> After:
    """Of what ends where `closing` first stands; the end of the text if that is nowhere."""

    def after(text: str, start: int) -> int:
        found = text.find(closing, start)
        return len(text) if found < 0 else found + len(closing)

    return after


def tokens(
    text: str, token: re.Pattern[str], longer: Mapping[str, After]
) -> Iterator[tuple[str, str, int]]:
    """The group of `token` that each one matches, its text, and its line; any text must match.

    `longer` has the kinds of which `token` matches no more than the beginning.
    """
    index, line = 0, 1
    while index < len(text):
        match = token.match(text, index)
        assert match is not None and match.lastgroup is not None
        kind, end = match.lastgroup, match.end()
        if kind in longer:
            end = longer[kind](text, index)
        yield kind, match.group(), line
        line += text.count("\n", index, end)
        index = end
