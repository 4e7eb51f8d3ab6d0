"""Reads the ROOT file of Isabelle sessions, as the Isabelle system manual (chapter 2) has it."""

from __future__ import annotations

from dataclasses import dataclass, field

from fourfold.backend.isabelle.scanner import OuterSyntaxError, Token, scan_tokens

_SECTIONS = (
    "description",
    "options",
    "sessions",
    "directories",
    "theories",
    "document_theories",
    "document_files",
    "export_files",
    "export_classpath",
)
_COMMANDS = ("chapter", "chapter_definition", "session")


class InvalidRoot(Exception):
    """A ROOT file that cannot be read; the message says where and why."""


@dataclass(frozen=True)
class RootTheories:
    """One section `theories [options] A B (global)`; the names are as written."""

    names: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    global_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class RootSession:
    """A session entry. `directory` is relative to the ROOT file, `directories` to `directory`.

    An option without a value has the value "true", as in Isabelle. `document_files` are folder and
    name.
    """

    name: str
    directory: str = "."
    parent: str = ""
    options: tuple[tuple[str, str], ...] = ()
    sessions: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    theories: tuple[RootTheories, ...] = ()
    document_files: tuple[tuple[str, str], ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def theory_names(self) -> tuple[str, ...]:
        return tuple(name for section in self.theories for name in section.names)


class _Reader:
    def __init__(self, tokens: list[Token], origin: str) -> None:
        self.tokens = tokens
        self.index = 0
        self.origin = origin

    def fail(self, expected: str) -> InvalidRoot:
        if self.index < len(self.tokens):
            token = self.tokens[self.index]
            return InvalidRoot(
                f"{self.origin}:{token.line}: expected {expected}, found `{token.value}`"
            )
        return InvalidRoot(f"{self.origin}: expected {expected}, found the end of the file")

    def at(self, value: str, kind: str = "symbol") -> bool:
        return self.index < len(self.tokens) and (
            self.tokens[self.index].kind == kind and self.tokens[self.index].value == value
        )

    def skip(self, value: str, kind: str = "symbol") -> bool:
        found = self.at(value, kind)
        self.index += found
        return found

    def need(self, value: str) -> None:
        if not self.skip(value):
            raise self.fail(f"`{value}`")

    def at_word(self) -> bool:
        if self.index >= len(self.tokens) or not self.tokens[self.index].is_word:
            return False
        token = self.tokens[self.index]
        return token.kind != "name" or token.value not in (*_SECTIONS, *_COMMANDS)

    def word(self, what: str) -> str:
        if not self.at_word():
            raise self.fail(what)
        self.index += 1
        return self.tokens[self.index - 1].value

    def words(self, what: str) -> tuple[str, ...]:
        found = [self.word(what)]
        while self.at_word():
            found.append(self.word(what))
        return tuple(found)

    @property
    def line(self) -> int:
        return self.tokens[min(self.index, len(self.tokens) - 1)].line


def _groups(reader: _Reader) -> None:
    if reader.skip("("):
        reader.words("the name of a group")
        reader.need(")")


def _options(reader: _Reader) -> tuple[tuple[str, str], ...]:
    if not reader.skip("["):
        return ()
    options = []
    while True:
        name = reader.word("the name of an option")
        options.append((name, reader.word("a value") if reader.skip("=") else "true"))
        if not reader.skip(","):
            break
    reader.need("]")
    return tuple(options)


def _folder_of_files(reader: _Reader, default: str) -> str:
    if not reader.skip("("):
        return default
    reader.skip("in", "name")
    folder = reader.word("a folder")
    reader.need(")")
    return folder


def _document_files(reader: _Reader) -> tuple[tuple[str, str], ...]:
    folder = _folder_of_files(reader, "document")
    return tuple((folder, name) for name in reader.words("a file"))


def _exports(reader: _Reader) -> None:
    """`export_files` and `export_classpath`: nothing is exported, so they are passed over."""
    _folder_of_files(reader, "")
    if reader.skip("["):
        reader.word("a number")
        reader.need("]")
    if reader.at_word():
        reader.words("a file")


def _theories(reader: _Reader) -> RootTheories:
    options = _options(reader)
    names, global_names = [reader.word("the name of a theory")], []
    while reader.at("(") or reader.at_word():
        if reader.at_word():
            names.append(reader.word("the name of a theory"))
            continue
        reader.need("(")
        if not reader.skip("global", "name"):
            raise reader.fail("`global`")
        reader.need(")")
        global_names.append(names[-1])
    return RootTheories(tuple(names), options, tuple(global_names))


def _session(reader: _Reader) -> RootSession:
    line = reader.line
    name = reader.word("the name of a session")
    _groups(reader)
    directory = reader.word("a folder") if reader.skip("in", "name") else "."
    reader.need("=")
    parent = ""
    if reader.at_word():
        parent = reader.word("the parent session")
        reader.need("+")
    options: tuple[tuple[str, str], ...] = ()
    sessions: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    theories: list[RootTheories] = []
    document_files: tuple[tuple[str, str], ...] = ()
    while True:
        section = next((s for s in _SECTIONS if reader.skip(s, "name")), None)
        if section is None:
            break
        if section == "description":
            reader.word("a description")
        elif section == "options":
            options = (*options, *_options(reader))
        elif section == "sessions":
            sessions = reader.words("the name of a session")
        elif section == "directories":
            directories = reader.words("a folder")
        elif section == "theories":
            theories.append(_theories(reader))
        elif section == "document_theories":
            reader.words("the name of a theory")
        elif section == "document_files":
            document_files = (*document_files, *_document_files(reader))
        else:
            _exports(reader)
    return RootSession(
        name, directory, parent, options, sessions, directories, tuple(theories), document_files,
        line,
    )


def parse_root(text: str, origin: str) -> tuple[RootSession, ...]:
    """The sessions of a ROOT file, in order; `origin` is its path, for the messages."""
    try:
        reader = _Reader(list(scan_tokens(text)), origin)
    except OuterSyntaxError as e:
        raise InvalidRoot(f"{origin}: {e}") from None
    sessions: list[RootSession] = []
    while reader.index < len(reader.tokens):
        if reader.skip("chapter_definition", "name"):
            reader.word("the name of a chapter")
            _groups(reader)
            if reader.skip("description", "name"):
                reader.word("a description")
        elif reader.skip("chapter", "name"):
            reader.word("the name of a chapter")
        elif reader.skip("session", "name"):
            sessions.append(_session(reader))
            if sessions[-1].name in [s.name for s in sessions[:-1]]:
                raise InvalidRoot(
                    f"{origin}:{sessions[-1].line}: a second session `{sessions[-1].name}`"
                )
        else:
            raise reader.fail("`session` or `chapter`")
    return tuple(sessions)
