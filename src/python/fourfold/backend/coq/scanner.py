"""Finds what a Coq source file requires, without running Coq.

A tokenizer, not a pattern over lines: comments nest, strings may stand inside comments and
comments' delimiters inside strings, a sentence ends with a full stop before a blank, several
modules may follow one `Require`, and `Require` may stand after attributes, bullets, braces and
control prefixes (`Time`, `Timeout 3`, `Fail`, ...).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator


@dataclass(frozen=True)
class CoqRequire:
    """One required module: `name` as written, below `prefix` (of `From prefix Require`).

    `may_fail` marks a `Fail Require`, which asks for the module to be absent or unusable.
    """

    name: str
    prefix: str | None
    line: int
    may_fail: bool = False

    @property
    def written(self) -> str:
        return f"From {self.prefix} Require {self.name}" if self.prefix else f"Require {self.name}"


_TOKEN = re.compile(
    r"""
      (?P<comment>\(\*)
    | (?P<string>"(?:[^"]|"")*")
    | (?P<open_string>")
    | (?P<name>[^\W\d][\w']*(?:\.[^\W\d][\w']*)*)
    | (?P<number>\d[\d_.]*\d|\d)
    | (?P<stop>\.+(?=\s|$))
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_PART = re.compile(r'\(\*|\*\)|"(?:[^"]|"")*"')
_CONTROL = {"Time", "Succeed", "Fail", "Instructions", "Profile"}
_BULLETS = set("-+*{}")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


def _after_comment(text: str, start: int) -> int:
    """The index after the comment that opens at `start`; the end if it is never closed."""
    depth, index = 1, start + 2
    while depth:
        part = _COMMENT_PART.search(text, index)
        if part is None:
            return len(text)
        if part.group() == "(*":
            depth += 1
        elif part.group() == "*)":
            depth -= 1
        index = part.end()
    return index


def _tokens(text: str) -> Iterator[_Token]:
    index, line = 0, 1
    while index < len(text):
        match = _TOKEN.match(text, index)
        assert match is not None and match.lastgroup is not None
        kind, end = match.lastgroup, match.end()
        if kind == "comment":
            end = _after_comment(text, index)
        elif kind == "open_string":
            end = len(text)
        elif kind != "space":
            yield _Token(kind, match.group(), line)
        line += text.count("\n", index, end)
        index = end


def _sentences(text: str) -> Iterator[list[_Token]]:
    sentence: list[_Token] = []
    for token in _tokens(text):
        if token.kind == "stop":
            yield sentence
            sentence = []
        else:
            sentence.append(token)


def _skip_attribute(tokens: list[_Token], index: int) -> int:
    depth = 0
    while index < len(tokens):
        if tokens[index].text == "[":
            depth += 1
        elif tokens[index].text == "]":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    return index


def _skip_prefixes(tokens: list[_Token]) -> tuple[int, bool]:
    """Index of the command itself, and whether a `Fail` stands before it."""
    index, fail = 0, False
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text == "#" and following is not None and following.text == "[":
            index = _skip_attribute(tokens, index + 1)
        elif token.text in _CONTROL:
            fail = fail or token.text == "Fail"
            index += 1
        elif token.text in ("Timeout", "Redirect") and following is not None:
            index += 2
        elif token.text in _BULLETS:
            index += 1
        elif (
            token.kind in ("number", "name")
            and following is not None
            and following.text == ":"
            and index + 2 < len(tokens)
            and tokens[index + 2].text == "{"
        ):
            index += 3
        else:
            break
    return index, fail


def _skip_parentheses(tokens: list[_Token], index: int) -> int:
    depth = 0
    while index < len(tokens):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        index += 1
        if depth == 0:
            break
    return index


def _commands(text: str) -> Iterator[tuple[list[_Token], bool]]:
    """The tokens of each sentence from its command on, and whether a `Fail` stands before it."""
    for tokens in _sentences(text):
        index, fail = _skip_prefixes(tokens)
        yield tokens[index:], fail


@dataclass(frozen=True)
class CoqFileUse:
    """A file that a sentence names: by `Load`, or by `From prefix Extra Dependency`."""

    name: str
    line: int
    prefix: str | None = None


def scan_loads(text: str) -> tuple[CoqFileUse, ...]:
    """Every file whose text `text` takes in by `Load`."""
    found = []
    for words, fail in _commands(text):
        rest = [w for w in words[1:] if w.text != "Verbose"]
        if words and words[0].text == "Load" and rest and not fail:
            found.append(CoqFileUse(rest[0].text.strip('"'), rest[0].line))
    return tuple(found)


def scan_extra_dependencies(text: str) -> tuple[CoqFileUse, ...]:
    """Every file that `text` declares to need beside what it requires."""
    found = []
    for words, _ in _commands(text):
        texts = [w.text for w in words]
        if texts[:1] == ["From"] and texts[2:4] == ["Extra", "Dependency"] and len(words) > 4:
            found.append(CoqFileUse(texts[4].strip('"'), words[4].line, texts[1]))
    return tuple(found)


def scan_requires(text: str) -> tuple[CoqRequire, ...]:
    """Every module that `text` requires, in order, each with the line of its name."""
    found = []
    for words, fail in _commands(text):
        prefix = None
        if len(words) > 2 and words[0].text == "From" and words[2].text == "Require":
            prefix, words = words[1].text, words[2:]
        if not words or words[0].text != "Require":
            continue
        index = 1
        if index < len(words) and words[index].text in ("Import", "Export"):
            index += 1
        while index < len(words):
            token = words[index]
            if token.text == "(":
                index = _skip_parentheses(words, index)
                continue
            if token.kind == "name":
                found.append(CoqRequire(token.text, prefix, token.line, fail))
            index += 1
    return tuple(found)


def looks_like_coq(text: str) -> bool:
    """Whether a file that ends in `.v` is of Coq, and not of Verilog or V.

    Coq's commands begin with a capital letter, or with attributes; those of the others do not.
    """
    first = next(_tokens(text), None)
    return first is None or first.text[0].isupper() or first.text[0] == "#"
