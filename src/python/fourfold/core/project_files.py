"""What the project files of other build tools say: folders of sources, their names and flags.

`_CoqProject` is read as coq_makefile does, `dune` for its stanzas `coq.theory` and `rocq.theory`,
and `*.agda-lib` for its fields.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Mapping


@dataclass(frozen=True)
class Root:
    """A folder of sources below one name, from the root of the repository.

    `deep` is false where the sources of its folders are not its own. `project` is the file that
    says so; `files` are all sources that it builds, where it lists them.
    """

    folder: str
    name: str
    flags: tuple[str, ...] = ()
    deep: bool = True
    project: str = ""
    files: frozenset[str] = frozenset()

    def builds(self, file: str) -> bool:
        return not self.files or file in self.files


def roots_of(projects: Mapping[str, str]) -> tuple[Root, ...]:
    """Path of a project file -> its text; one root for each folder, the first that names it.

    `_CoqProject` goes before dune's files, as it has the flags that make is run with.
    """
    found: dict[str, Root] = {}
    stanzas = {p: _stanzas(t) for p, t in projects.items() if os.path.basename(p) == "dune"}
    for path in sorted(projects, key=lambda path: (not path.endswith("_CoqProject"), path)):
        for root in _read(path, projects[path], stanzas):
            found.setdefault(root.folder, root)
    return tuple(found[folder] for folder in sorted(found))


def _read(path: str, text: str, stanzas: Mapping[str, list[list[Any]]]) -> Iterator[Root]:
    name = os.path.basename(path)
    if name == "_CoqProject":
        yield from _coq_project(path, text)
    elif name == "dune":
        yield from _dune(path, stanzas)
    elif name.endswith(".agda-lib"):
        yield from _agda_library(path, text)


def _folder(path: str, relative: str) -> str | None:
    """Below the repository; None for what lies outside."""
    found = os.path.normpath(os.path.join(os.path.dirname(path), relative))
    if found.startswith(os.pardir) or os.path.isabs(found):
        return None
    return "" if found == os.curdir else found


def _words(text: str, comments: bool = False) -> list[str]:
    try:
        return shlex.split(text, comments=comments)
    except ValueError:  # a quote that is not closed
        return []


def _coq_project(path: str, text: str) -> Iterator[Root]:
    words = _words(text, comments=True)
    roots: list[tuple[str, str]] = []
    flags: list[str] = []
    files: set[str] = set()
    index = 0
    while index < len(words):
        if words[index] in ("-R", "-Q") and index + 2 < len(words):
            roots.append((words[index + 1], words[index + 2]))
            index += 3
        elif words[index] == "-arg" and index + 1 < len(words):
            flags += _words(words[index + 1])  # coqc gets it through a shell
            index += 2
        else:
            listed = _folder(path, words[index]) if words[index].endswith(".v") else None
            files |= {listed} if listed else set()
            index += 1
    for relative, name in roots:
        folder = _folder(path, relative)
        if folder is not None:
            yield Root(folder, name, tuple(flags), project=path, files=frozenset(files))


_DUNE_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([()])|;[^\n]*|([^\s()";]+)')


def _stanzas(text: str) -> list[list[Any]]:
    """A dune file's: a list for each pair of parentheses, a string for each word."""
    stack: list[list[Any]] = [[]]
    for match in _DUNE_TOKEN.finditer(text):
        quoted, bracket, word = match.groups()
        if bracket == "(":
            stack.append([])
        elif bracket == ")":
            if len(stack) == 1:
                return []  # no dune file, whatever it is called
            done = stack.pop()
            stack[-1].append(done)
        elif quoted is not None or word:
            stack[-1].append(quoted if quoted is not None else word)
    return [e for e in stack[0] if isinstance(e, list) and e] if len(stack) == 1 else []


def _dune(path: str, every: Mapping[str, list[list[Any]]]) -> Iterator[Root]:
    deep = ["include_subdirs", "qualified"] in every[path]
    for stanza in every[path]:
        name = _field(stanza, "name")
        if stanza[0] in ("coq.theory", "rocq.theory") and len(name) == 1:
            folder = os.path.dirname(path)
            flags = _dune_flags(_field(stanza, "flags") or [":standard"], folder, every)
            yield Root(folder, name[0], tuple(flags), deep, path)


def _field(stanza: list[Any], name: str) -> list[Any]:
    return next((f[1:] for f in stanza if isinstance(f, list) and f[:1] == [name]), [])


def _dune_flags(
    written: list[Any], folder: str | None, every: Mapping[str, list[list[Any]]]
) -> Iterator[str]:
    """With `:standard` replaced by what the folder, or one above it, has as its default.

    `folder` is None above the root of the repository.
    """
    for flag in written:
        if flag == ":standard":
            yield from _default_flags(folder, every)
        elif isinstance(flag, str) and not flag.startswith(":"):
            yield flag


def _default_flags(folder: str | None, every: Mapping[str, list[list[Any]]]) -> Iterator[str]:
    if folder is None:
        return
    above = os.path.dirname(folder) if folder else None
    for stanza in every.get(os.path.join(folder, "dune"), []):
        for profile in ("dev", "_"):
            settings = _field(stanza, profile) if stanza[0] == "env" else []
            flags = _field(_field(settings, "coq") or _field(settings, "rocq"), "flags")
            if flags:
                yield from _dune_flags(flags, above, every)
                return
    yield from _default_flags(above, every)


def _agda_library(path: str, text: str) -> Iterator[Root]:
    fields = _agda_fields(re.sub(r"(^|\s)--(\s.*)?$", "", line) for line in text.splitlines())
    for include in fields.get("include", ["."]):
        folder = _folder(path, include)
        if folder is not None:
            yield Root(folder, "", tuple(fields.get("flags", ())), project=path)


def _agda_fields(lines: Iterable[str]) -> dict[str, list[str]]:
    """Field -> its words; an indented line goes on with the field above it."""
    fields: dict[str, list[str]] = {}
    field = ""
    for line in lines:
        head, colon, rest = line.partition(":")
        if colon and re.fullmatch(r"[a-z-]+", head):
            field = head
        elif line[:1].isspace():
            rest = line
        else:
            continue
        fields.setdefault(field, []).extend(rest.split())
    return fields
