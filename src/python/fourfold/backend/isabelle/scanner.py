"""Splits Isabelle's outer syntax into tokens, and reads the header of a theory file.

A tokenizer, not a pattern over lines: comments and cartouches nest, strings hold escapes, and the
header may stand after headings and text. A cartouche opens with `\\<open>` or its Unicode form, so
files are read alike in both encodings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

_TOKEN = re.compile(
    r"""
      (?P<comment>\(\*)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<alt_string>`(?:[^`\\]|\\.)*`)
    | (?P<open>\\<open>|‹)
    | (?P<marker>\\<comment>|\\<\^cancel>|\\<\^latex>|\\<\^marker>|—)
    | (?P<name>(?:[^\W\d_]|\\<[A-Za-z]+>)(?:[\w'.]|\\<[A-Za-z]+>|\\<\^su[bp]>)*)
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<space>\s+)
    | (?P<symbol>::|==|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_PART = re.compile(r"\(\*|\*\)")
_CARTOUCHE_PART = re.compile(r"\\<open>|‹|\\<close>|›")
_ESCAPE = re.compile(r'\\(\d{3}|.)', re.DOTALL)
_THEORY_SECTIONS = ("imports", "keywords", "abbrevs", "begin")


class OuterSyntaxError(Exception):
    """The message says what was expected, and in which line."""


@dataclass(frozen=True)
class Token:
    """`kind` is `name`, `number`, `text` (quoted in any way) or `symbol`; `value` is unquoted."""

    kind: str
    value: str
    line: int

    @property
    def is_word(self) -> bool:
        return self.kind in ("name", "number", "text")


@dataclass(frozen=True)
class TheoryImport:
    """One import as it is written, e.g. `Main`, `HOL-Library.FSet` or `~~/src/HOL/Library/FSet`."""

    name: str
    line: int

    @property
    def base(self) -> str:
        """The name of the theory itself."""
        return self.name.rsplit("/", 1)[-1].rsplit(".", 1)[-1]

    @property
    def session(self) -> str:
        """The session that a qualified import names, or an empty string."""
        return "" if "/" in self.name else self.name.rpartition(".")[0]


@dataclass(frozen=True)
class TheoryHeader:
    name: str
    imports: tuple[TheoryImport, ...]


def _after_nested(text: str, start: int, parts: re.Pattern[str], opening: tuple[str, ...]) -> int:
    """The index after what opens at `start`; -1 if it is never closed."""
    depth, index = 0, start
    while True:
        part = parts.search(text, index)
        if part is None:
            return -1
        depth += 1 if part.group() in opening else -1
        index = part.end()
        if depth == 0:
            return index


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    return chr(int(code)) if code.isdigit() else code


def scan_tokens(text: str) -> Iterator[Token]:
    """Raises OuterSyntaxError where a comment, string or cartouche is never closed."""
    index, line, marked = 0, 1, False
    while index < len(text):
        match = _TOKEN.match(text, index)
        assert match is not None and match.lastgroup is not None
        kind, value, end = match.lastgroup, match.group(), match.end()
        token = None
        if kind == "comment":
            end = _after_nested(text, index, _COMMENT_PART, ("(*",))
        elif kind == "open":
            end = _after_nested(text, index, _CARTOUCHE_PART, ("\\<open>", "‹"))
            closing = len("\\<close>") if text.endswith("\\<close>", 0, max(end, 0)) else 1
            token = Token("text", text[match.end() : end - closing], line)
        elif kind in ("string", "alt_string"):
            token = Token("text", _ESCAPE.sub(_unescape, value[1:-1]), line)
        elif kind in ("name", "number"):
            token = Token(kind, value, line)
        elif kind == "symbol":
            if value in "\"`":
                end = -1
            token = Token("symbol", value, line)
        if end < 0:
            raise OuterSyntaxError(f"line {line}: `{value}` is never closed")
        if kind == "marker":
            marked = True  # a formal comment: the cartouche that follows is part of it
        elif token is not None:
            if not (marked and kind == "open"):
                yield token
            marked = False
        line += text.count("\n", index, end)
        index = end


def scan_theory(text: str) -> TheoryHeader | None:
    """The header of a theory file; None where there is none that can be read.

    Isabelle has the word on what is wrong with a header, so this says nothing about it.
    """
    name, imports, section, tag = "", [], "", False
    try:
        for token in scan_tokens(text):
            if tag or (token.kind == "symbol" and token.value == "%"):
                tag = not tag  # a document tag such as `%visible`
            elif token.kind == "name" and token.value == "theory" and not section:
                section = "theory"
            elif token.kind == "name" and token.value in _THEORY_SECTIONS and section:
                section = token.value
                if section == "begin":
                    return TheoryHeader(name, tuple(imports)) if name else None
            elif section == "theory" and token.is_word:
                name = name or token.value
            elif section == "imports" and token.is_word:
                imports.append(TheoryImport(token.value, token.line))
    except OuterSyntaxError:
        pass
    return None
