"""Finds what an Agda source file imports, without running Agda.

A tokenizer, not a pattern over lines: block comments nest, `--` begins a comment only where a
token may begin (`a--b` is a name), strings and characters may hold any of these, and an import
may stand in any block of declarations. In literate files only the code counts.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Iterator

from fourfold.backend.agda.literate import code_of
from fourfold.core.tokens import after_first, after_nested, tokens

# The endings that Agda knows, the longest first; with what its literate files are written in.
EXTENSIONS = (
    ".lagda.md",
    ".lagda.rst",
    ".lagda.tex",
    ".lagda.org",
    ".lagda.typ",
    ".lagda.tree",
    ".lagda",
    ".agda",
)


@dataclass(frozen=True)
class AgdaImport:
    name: str
    line: int

    @property
    def written(self) -> str:
        return f"import {self.name}"


_TOKEN = re.compile(
    r"""
      (?P<pragma>\{-\#)
    | (?P<comment>\{-)
    | (?P<line_comment>--[^\n]*)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<char>'(?:[^'\\\n]|\\[^\n']+|\\')')
    | (?P<name>[^\s;{}()@"]+)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LONGER = {"comment": after_nested("{-", "-}"), "pragma": after_first("#-}")}


def extension_of(path: str) -> str | None:
    """The ending of an Agda source; None where it has none."""
    name = os.path.basename(path)
    return next((e for e in EXTENSIONS if name.endswith(e) and name != e), None)


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Each name and each bracket, with its line."""
    for kind, name, line in tokens(text, _TOKEN, _LONGER):
        if kind in ("name", "other", "char", "string"):
            yield name, line


def scan_imports(text: str, extension: str = ".agda") -> tuple[AgdaImport, ...]:
    """Every module that `text` imports, in order, each with the line of its name."""
    found = []
    after_import = False
    for name, line in _names(code_of(text, extension)):
        if after_import:
            found.append(AgdaImport(name, line))
        after_import = name == "import"
    return tuple(found)


def scan_header(text: str, extension: str = ".agda") -> str | None:
    """The name that the top-level module gives itself; None where it leaves it to the file."""
    previous = ""
    for name, _ in _names(code_of(text, extension)):
        if previous == "module":
            return None if name in ("_", "(", "{") else name
        previous = name
    return None
