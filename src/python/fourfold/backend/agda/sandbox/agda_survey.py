"""Reads what Agda says against a module when `--safe` is asked for it.

For a module that is not meant to be safe, that is Agda's own list of all that it takes on trust:
its postulates by name, its options and its pragmas. Agda stops at an import that is not safe, so
such a list would be short: it is refused like all that is not a postulate or an option.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"(?P<path>\S[^\n:]*):(?P<line>\d+)[,.]\d+(?:[-,.\d]*)(?P<rest>:.*)?")
_PROGRESS = re.compile(r"\s*(?:Checking|Loading|Finished|Skipping)\s+\S+( \(.*\))?\.")
_POSTULATE = re.compile(r"Cannot postulate (?P<what>.*?) with safe flag")
_OPTIONS = re.compile(
    r"(?:Cannot set OPTIONS pragmas? |The --safe mode does not allow OPTIONS pragmas? )"
    r"(?P<options>.*)"
)
def survey(output: str, exit_code: int) -> dict:
    """`postulates` (name, statement, line), `options`, and `refused`: what nothing permits."""
    found: dict = {"postulates": [], "options": [], "refused": []}
    blocks = _blocks(output)
    for line, lines in blocks:
        _read(line, lines, found)
    if exit_code != 0 and not blocks:
        found["refused"].append(output.strip())
    return found


def _blocks(output: str) -> list[tuple[int, list[str]]]:
    """The messages of Agda, each with its line in the source; warnings are left out."""
    blocks: list[tuple[int, list[str]]] = []
    for text in output.splitlines():
        header = _HEADER.fullmatch(text)
        if header is not None and not text[0].isspace():
            blocks.append((int(header["line"]), [header["rest"] or ""]))
        elif blocks and not _PROGRESS.fullmatch(text):
            blocks[-1][1].append(text)
    return [(line, lines) for line, lines in blocks if not _is_warning(lines)]


def _is_warning(lines: list[str]) -> bool:
    return any(text.lstrip(": ").startswith("warning:") for text in lines[:2])


def _read(line: int, lines: list[str], found: dict) -> None:
    # What Agda quotes from the source is indented, so that it cannot pass for a message.
    said = " ".join(text.strip() for text in lines[1:] if text and not text[0].isspace())
    quoted = " ".join(text.strip() for text in lines[1:] if text[:1].isspace())
    postulate, options = _POSTULATE.match(said), _OPTIONS.match(said)
    if postulate is not None:
        name, statement = _declaration(postulate["what"], quoted)
        found["postulates"].append({"name": name, "statement": statement, "line": line})
    elif options is not None:
        found["options"] += [w for w in options["options"].split() if w.startswith("-")]
    else:
        found["refused"].append(f"line {line}: {said}")


def _declaration(what: str, quoted: str) -> tuple[str, str]:
    """Name and type of a postulate; one that a macro makes is named together with its type."""
    if what.startswith("' ") and what.endswith(" '"):
        name, _, statement = what[2:-2].partition(" : ")
        return name.strip(), statement.strip()
    shown = quoted.partition(" : ")
    return what, shown[2].strip() if shown[0].strip() == what else ""
