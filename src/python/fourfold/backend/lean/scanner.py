"""Finds what a Lean 4 source file imports, without running Lean.

Imports stand in the header, before the first command: `prelude` or `module`, then imports, each
perhaps after `public` or `meta` and before `all`. Comments nest. Nothing else may stand there, so
the first other word ends the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from fourfold.core.tokens import after_nested, tokens

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
_LONGER = {"comment": after_nested("/-", "-/")}
_MODIFIERS = ("public", "meta", "all")


@dataclass(frozen=True)
class LeanImport:
    """`name` is the full name of a module, as written, without the guillemets."""

    name: str
    line: int

    @property
    def written(self) -> str:
        return f"import {self.name}"


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Names and their lines, up to the first character that begins no name."""
    for kind, word, line in tokens(text, _TOKEN, _LONGER):
        if kind == "other":
            return
        if kind == "name":
            yield word, line


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
