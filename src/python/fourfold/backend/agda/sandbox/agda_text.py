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
    return [(begin, end) for begin, end, atoms in _pieces(output) if "comment" in atoms]


def _pieces(output: str) -> list[tuple[int, int, list[str]]]:
    """Begin, end and kinds of all that Agda highlights: names and blanks are left out."""
    found = []
    for answer in _answers(output):
        if answer.get("kind") == "HighlightingInfo" and answer.get("direct"):
            for piece in answer["info"]["payload"]:
                begin, end = piece["range"]
                found.append((begin - 1, end - 1, piece["atoms"]))
    return sorted(found)


def has_left_lets(text: str, output: str) -> bool:
    """Whether a clause may bind names by `using x ← e` before its `=`.

    So does a text that Agda did not highlight. An import's `using` has no arrow before the next
    `=` or `:`.
    """
    plain = text.replace("\r\n", "\n")
    pieces = [p for p in _pieces(output) if "comment" not in p[2]]
    words = [plain[begin:end] for begin, end, _ in pieces]
    # Arrows are not highlighted there: between two pieces are names, comments and arrows.
    for at in range(len(pieces) - 1, 0, -1):
        between = plain[pieces[at - 1][1] : pieces[at][0]].split()
        words[at:at] = [word for word in between if word in ("←", "<-")]
    return not words or any(
        _arrow_comes(words[at + 1 :]) for at, word in enumerate(words) if word == "using"
    )


def _arrow_comes(words: list[str]) -> bool:
    """Before an `=` or a `:` that is in no brackets."""
    depth = 0
    for word in words:
        depth += {"(": 1, "{": 1, "{{": 2, "⦃": 1, ")": -1, "}": -1, "}}": -2, "⦄": -1}.get(word, 0)
        if depth <= 0 and word in ("←", "<-"):
            return True
        if depth <= 0 and word in ("=", ":"):
            return False
    return False


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
