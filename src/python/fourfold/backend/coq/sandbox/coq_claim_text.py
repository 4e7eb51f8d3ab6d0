"""The text of a claim: whether it is one term and nothing else, and the full names in it.

Coq ends a sentence at a full stop before a blank, wherever it stands outside of a string or a
comment. So a text without one, without a comment, and with its parentheses closed cannot leave
the parentheses that it is put into.
"""

from __future__ import annotations

import re
from typing import Mapping

NAME = re.compile(r"[^\W\d][\w']*(?:\.[^\W\d][\w']*)*")
_TOKEN = re.compile(
    rf"""
      (?P<comment>\(\*)
    | (?P<string>"(?:[^"]|"")*")
    | (?P<open_string>")
    | (?P<name>{NAME.pattern})
    | (?P<stop>\.+(?=\s|$))
    | (?P<open>[(\[{{])
    | (?P<close>[)\]}}])
    | (?P<rest>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_NOT_A_TERM = {
    "comment": "a comment",
    "open_string": "a string that is not closed",
    "stop": "a full stop before a blank, which ends a sentence of Coq",
}


def not_one_term(text: str) -> str:
    """What in `text` could make it more, or less, than one term; "" if nothing."""
    if not text.strip():
        return "no text"
    if "\0" in text:
        return "a NUL character"
    expected: list[str] = []
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind in _NOT_A_TERM:
            return _NOT_A_TERM[kind]
        if kind == "open":
            expected.append(_CLOSED_BY[token])
        elif kind == "close" and (not expected or expected.pop() != token):
            return f"a `{token}` that closes nothing"
    return f"no `{expected[-1]}` at its end" if expected else ""


def has_string(text: str) -> bool:
    return any(m.lastgroup == "string" for m in _TOKEN.finditer(text))


def qualified_names(text: str) -> list[str]:
    """The names with a dot in them, each once; no variable has such a name."""
    found = [m.group() for m in _TOKEN.finditer(text) if m.lastgroup == "name"]
    return list(dict.fromkeys(name for name in found if "." in name))


def renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with each of `names` replaced, where it stands as a name by itself."""
    return "".join(
        names.get(m.group(), m.group()) if m.lastgroup == "name" else m.group()
        for m in _TOKEN.finditer(text)
    )
