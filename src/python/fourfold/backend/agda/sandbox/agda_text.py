"""Reads what Agda prints for editors, and takes comments out of a source."""

from __future__ import annotations

import json
import re
from typing import Iterator

_ESCAPE = re.compile(r"\\(?:(\d+)|x([0-9a-fA-F]+)|(&)|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def haskell_string(text: str) -> str:
    """A string literal, as in the commands that Agda reads."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def agda_string(literal: str) -> str:
    """The text of a string literal that Agda printed."""
    if len(literal) < 2 or literal[0] != '"' or literal[-1] != '"':
        raise ValueError(f"not a string literal: {literal!r}")

    def character(match: re.Match[str]) -> str:
        decimal, hexadecimal, empty, letter = match.groups()
        if decimal or hexadecimal:
            return chr(int(decimal) if decimal else int(hexadecimal, 16))
        return "" if empty else _LETTERS.get(letter, letter)

    return _ESCAPE.sub(character, literal[1:-1])


def _answers(output: str) -> Iterator[dict]:
    for line in output.splitlines():
        start = line.find("{")
        if start >= 0 and line[:start].replace("JSON>", "").strip() == "":
            try:
                yield json.loads(line[start:])
            except ValueError:
                continue


def displayed(output: str) -> list[dict]:
    return [a["info"] for a in _answers(output) if a.get("kind") == "DisplayInfo"]


def comments(output: str) -> list[tuple[int, int]]:
    """Begin and end of each comment, counted from zero, in a text without carriage returns."""
    found = []
    for answer in _answers(output):
        if answer.get("kind") == "HighlightingInfo" and answer.get("direct"):
            for piece in answer["info"]["payload"]:
                if "comment" in piece["atoms"]:
                    begin, end = piece["range"]
                    found.append((begin - 1, end - 1))
    return sorted(found)


def without(text: str, found: list[tuple[int, int]]) -> str:
    """`text` with blanks for comments, and without the lines that are blank then.

    Columns stay, so the layout is the same. Where a place holds no comment, the text was counted
    otherwise than Agda counts, and stays as it is.
    """
    plain = text.replace("\r\n", "\n")
    pieces, last = [], 0
    for begin, end in found:
        if plain[begin : begin + 2] not in ("--", "{-") or begin < last:
            return text
        blank = re.sub(r"[^\n]", " ", plain[begin:end])
        pieces += [plain[last:begin], blank]
        last = end
    pieces.append(plain[last:])
    lines = (line.rstrip(" ") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"
