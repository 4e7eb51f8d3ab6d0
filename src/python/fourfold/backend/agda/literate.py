"""The code in a literate Agda file, by the rules that Agda itself goes by.

They are not those of the formats: in Markdown, text may stand before the fence that opens a block
of code, `~~~` is no fence, and a fence of another language hides what follows up to the next plain
one; in TeX, `\\end{code}` counts only at the beginning of a line.
"""

from __future__ import annotations

import re
from typing import Iterator

_TEX_BEGIN = re.compile(r"(?:[^\\%]|\\.)*\\begin\{code\}[^\n]*", re.DOTALL)
_TEX_END = re.compile(r"[ \t]*\\end\{code\}.*")
_TREE_BEGIN = re.compile(r"(?:[^\\%]|\\.)*\\agda\{[^\n]*", re.DOTALL)
_TREE_END = re.compile(r"[ \t]*\}.*")
_ORG_BEGIN = re.compile(r".*#\+begin_src agda2(\s|$).*", re.IGNORECASE)
_ORG_END = re.compile(r"\s*#\+end_src.*", re.IGNORECASE)
_FENCE = re.compile(r".*```(agda)?\s*")
_OTHER_FENCE = re.compile(r"\s*```[a-zA-Z0-9-]*\s*")
_PLAIN_FENCE = re.compile(r"\s*```\s*")
_RST_COMMENT = re.compile(r"\s*\.\.(\s.*)?")
_RST_CODE = re.compile(r".*::\s*")
# Agda takes each of these for the end of a line.
_LINE_ENDS = re.compile("\r\n|[\r\f\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    return _LINE_ENDS.sub("\n", text).split("\n")


def code_of(text: str, extension: str) -> str:
    """The text with every line that is not code left empty."""
    lines = lines_of(text.lstrip("\ufeff"))
    if extension == ".agda":
        return "\n".join(lines)
    if extension in (".lagda.md", ".lagda.typ"):
        kept = _markdown(lines)
    elif extension == ".lagda.rst":
        kept = _restructured(lines)
    elif extension == ".lagda.org":
        kept = _between(lines, _ORG_BEGIN, _ORG_END)
    elif extension == ".lagda.tree":
        kept = _between(lines, _TREE_BEGIN, _TREE_END)
    else:
        kept = _between(lines, _TEX_BEGIN, _TEX_END)
    return "\n".join(line if code else "" for line, code in zip(lines, kept))


def _between(lines: list[str], begin: re.Pattern[str], end: re.Pattern[str]) -> Iterator[bool]:
    code = False
    for line in lines:
        if code and end.fullmatch(line):
            code = False
            yield False
        elif not code and begin.fullmatch(line):
            code = True
            yield False
        else:
            yield code


def _markdown(lines: list[str]) -> Iterator[bool]:
    code, other = False, False
    for line in lines:
        if code:
            code = not _PLAIN_FENCE.fullmatch(line)
            yield code
            continue
        yield False
        if other:
            other = not _PLAIN_FENCE.fullmatch(line)
        elif _FENCE.fullmatch(line):
            code = True
        else:
            other = bool(_OTHER_FENCE.fullmatch(line))


def _restructured(lines: list[str]) -> Iterator[bool]:
    """The first indented block after a line that ends in `::`, which is no comment."""
    opened, indent = False, ""
    for line in lines:
        blank = not line.strip()
        if indent and (blank or line.startswith(indent)):
            yield True
            continue
        if opened and blank:
            yield False
            continue
        indent = line[: len(line) - len(line.lstrip())] if opened else ""
        yield bool(indent)
        if indent:
            opened = False
        else:
            opened = bool(_RST_CODE.fullmatch(line)) and not _RST_COMMENT.fullmatch(line)
