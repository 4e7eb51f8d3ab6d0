"""Finds what a Lean 4 source file imports, without running Lean.

Imports stand in the header, before the first command: `prelude` or `module`, then imports, each
perhaps after `public` or `meta` and before `all`. Comments nest. Nothing else may stand there, so
the first other word ends the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

_COMPONENT = r"(?:«[^»\n]*»|[^\W\d][\w'!?₀-₉]*)"
_TOKEN = re.compile(
    rf"""
      (?P<line_comment>--[^\n]*)
    | (?P<comment>/-)
    | (?P<name>{_COMPONENT}(?:\.{_COMPONENT})*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_PART = re.compile(r"/-|-/")
_MODIFIERS = ("public", "meta", "all")


@dataclass(frozen=True)
class LeanImport:
    """`name` is the full name of a module, as written, without the guillemets."""

    name: str
    line: int

    @property
    def written(self) -> str:
        return f"import {self.name}"


def _after_comment(text: str, start: int) -> int:
    """The index after the comment that opens at `start`; the end if it is never closed."""
    depth, index = 1, start + 2
    while depth:
        part = _COMMENT_PART.search(text, index)
        if part is None:
            return len(text)
        depth += 1 if part.group() == "/-" else -1
        index = part.end()
    return index


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Names and their lines, up to the first character that begins no name."""
    index, line = 0, 1
    while index < len(text):
        match = _TOKEN.match(text, index)
        assert match is not None
        kind, end = match.lastgroup, match.end()
        if kind == "comment":
            end = _after_comment(text, index)
        elif kind == "other":
            return
        elif kind == "name":
            yield match.group(), line
        line += text.count("\n", index, end)
        index = end


def scan_imports(text: str) -> tuple[LeanImport, ...]:
    """The imports of `text`, in order, each with the line of its module's name."""
    found: list[LeanImport] = []
    awaiting = False
    for word, line in _words(text.lstrip("\ufeff")):
        if awaiting and word != "all":
            found.append(LeanImport(word.replace("«", "").replace("»", ""), line))
            awaiting = False
        elif word == "import":
            awaiting = True
        elif word not in ("module", "prelude", *_MODIFIERS):
            break
    return tuple(found)
