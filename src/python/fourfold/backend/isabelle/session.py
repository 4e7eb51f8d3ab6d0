"""A session as it is built: from a ROOT entry or from fields of a target, never from both unlike.

The ROOT file that Isabelle is given is written anew from what was read here. So Isabelle builds
the session that was judged, whatever else a ROOT file may hold.
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from typing import Iterable, Mapping

from fourfold.backend.isabelle.root import RootSession, RootTheories
from fourfold.backend.isabelle.scanner import TheoryHeader, TheoryImport

# Values that an option may have; None is any. An option that is not here could switch proofs off
# (`quick_and_dirty`, `skip_proofs`), leave theories out (`condition`) or run programs.
PERMITTED_OPTIONS: Mapping[str, tuple[str, ...] | None] = {
    "quick_and_dirty": ("false",),
    "skip_proofs": ("false",),
    "timeout": None,
    "timeout_scale": None,
    "threads": None,
    "parallel_limit": None,
    "parallel_proofs": None,
    "parallel_print": None,
    "strict_facts": None,
    "record_proofs": ("0", "1", "2"),
    "show_question_marks": None,
    "names_long": None,
    "names_short": None,
    "names_unique": None,
    "eta_contract": None,
    "goals_limit": None,
    "pretty_margin": None,
    "ML_print_depth": None,
}
# No document is made, so options for one are passed over.
_DOCUMENT_OPTIONS = ("document", "browser_info", "thy_output")
RESERVED_PREFIX = "Fourfold_Audit"


class InvalidSession(Exception):
    """What is wrong with a session, for the one who wrote it."""


@dataclass(frozen=True)
class SessionFields:
    """The fields of a target; None where it does not set one."""

    parent: str | None = None
    sessions: tuple[str, ...] | None = None
    directories: tuple[str, ...] | None = None
    theories: tuple[str, ...] | None = None
    options: tuple[tuple[str, str], ...] | None = None

    def given(self) -> dict[str, object]:
        fields = dataclasses.asdict(self)
        return {name: value for name, value in fields.items() if value is not None}


def choose_entry(
    name: str | None, entries: Iterable[RootSession], root_path: str, owner: str
) -> RootSession | None:
    """The entry of the ROOT file that the target `owner` means; None where there is no entry."""
    by_name = {entry.name: entry for entry in entries}
    if not by_name:
        return None
    if name is None and len(by_name) == 1:
        return next(iter(by_name.values()))
    if name is None:
        raise InvalidSession(
            f"{root_path} has the sessions {', '.join(by_name)}; say with `session` which of them "
            f"{owner} builds."
        )
    if name not in by_name:
        raise InvalidSession(
            f"{root_path} has no session `{name}`, which {owner} names; it has "
            f"{', '.join(by_name)}. Correct `session`, or take ROOT out of `sources`."
        )
    return by_name[name]


def from_fields(
    name: str, entry: RootSession | None, fields: SessionFields, theories: Iterable[str], owner: str
) -> RootSession:
    """`theories` are the names of all theories there are, built where neither source names any."""
    if name.startswith(RESERVED_PREFIX):
        raise InvalidSession(f"{owner}: session names `{RESERVED_PREFIX}...` are the audit's own.")
    if entry is None:
        return RootSession(
            name,
            parent="HOL" if fields.parent is None else fields.parent,
            options=fields.options or (),
            sessions=fields.sessions or (),
            directories=fields.directories or (),
            theories=(RootTheories(tuple(fields.theories or sorted(theories))),),
        )
    shared = [name for section in entry.theories for name in section.global_names]
    if shared:
        raise InvalidSession(
            f"{owner}: the session `{name}` has the global theory `{shared[0]}`, whose facts would "
            "not be named by their session. Take `(global)` out of ROOT."
        )
    in_root = {
        "parent": entry.parent,
        "sessions": entry.sessions,
        "directories": entry.directories,
        "theories": entry.theory_names,
        "options": entry.options,
    }
    for field, value in fields.given().items():
        same = value == in_root[field]
        if not isinstance(value, str):
            same = sorted(value) == sorted(in_root[field])  # type: ignore[call-overload, type-var]
        if not same:
            raise InvalidSession(
                f"{owner}: the field `{field}` says {_show(value)}, and the session `{name}` of "
                f"the ROOT file says {_show(in_root[field])}. Take one of the two out."
            )
    return entry


def _show(value: object) -> str:
    if isinstance(value, str):
        return f"`{value}`"
    rows = [f"{v[0]} = {v[1]}" if isinstance(v, tuple) else str(v) for v in value]  # type: ignore
    return f"`{', '.join(rows)}`" if rows else "nothing"


def _permitted() -> str:
    return ", ".join(
        name if values is None else f"{name} = {'|'.join(values)}"
        for name, values in PERMITTED_OPTIONS.items()
    )


def refused_option(session: RootSession, build_file: str) -> str | None:
    """The message for the first option that is not permitted, of the session or some theories."""
    everywhere = [*session.options, *(o for t in session.theories for o in t.options)]
    for name, value in everywhere:
        if name.startswith(_DOCUMENT_OPTIONS):
            continue
        values = PERMITTED_OPTIONS.get(name, ())
        if values is not None and value not in values:
            return (
                f"the option `{name} = {value}` of the session `{session.name}` is not permitted, "
                f"since it could weaken what is checked. Permitted are {_permitted()}; see ROOT, "
                f"or `options` in {build_file}."
            )
    return None


@dataclass(frozen=True)
class SessionTheories:
    """`files` are the theory files of the session, relative to its folder, each with its name.

    `imports` are those between its own theories, `foreign` those of theories of other sessions.
    """

    files: tuple[tuple[str, str], ...]
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    foreign: tuple[TheoryImport, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.files)


def _find(name: str, folder: str, session: RootSession, known: Mapping[str, object]) -> str:
    """The file of an own theory, from the import `name` in a file of `folder`; "" if not own."""
    qualifier, _, base = name.rpartition(".")
    if "/" in name or "$" in name or "~" in name:
        path = os.path.normpath(os.path.join(folder, f"{name}.thy"))
        return path if path in known else ""
    if qualifier and qualifier != session.name:
        return ""
    folders = [".", *session.directories] if qualifier else [folder, ".", *session.directories]
    paths = (os.path.normpath(os.path.join(place, f"{base}.thy")) for place in folders)
    return next((path for path in paths if path in known), "")


def session_theories(
    session: RootSession, headers: Mapping[str, TheoryHeader | None]
) -> SessionTheories:
    """Follows imports from the theories of `session` over `headers` (path -> header).

    Paths are relative to the session's folder. A theory that has no file here is left to Isabelle.
    """
    todo = [_find(name, ".", session, headers) for name in session.theory_names]
    names: dict[str, str] = {}
    imports: dict[str, tuple[str, ...]] = {}
    foreign: dict[str, TheoryImport] = {}
    while todo:
        path = todo.pop()
        if not path or path in names:
            continue
        name = f"{session.name}.{os.path.splitext(os.path.basename(path))[0]}"
        names[path] = name
        header = headers[path]
        own = []
        for wanted in header.imports if header else ():
            found = _find(wanted.name, os.path.dirname(path), session, headers)
            if found:
                own.append(found)
            else:
                foreign.setdefault(wanted.name, wanted)
        imports[path] = tuple(own)
        todo.extend(own)
    return SessionTheories(
        tuple(sorted((name, path) for path, name in names.items())),
        tuple(sorted((names[p], tuple(names[i] for i in own)) for p, own in imports.items())),
        tuple(foreign[name] for name in sorted(foreign)),
    )


def needed_sessions(session: RootSession, theories: SessionTheories) -> tuple[str, ...]:
    """The sessions whose theories this one builds on, the parent first."""
    qualifiers = (i.session for i in theories.foreign)
    return tuple(
        dict.fromkeys(s for s in (session.parent, *session.sessions, *qualifiers) if s)
    )


def with_document_files(session: RootSession, paths: Iterable[str]) -> RootSession:
    """Without the document files that are not among `paths`, relative to the session's folder.

    A citation in a theory is looked up in the session's `.bib` files, though no document is made;
    and Isabelle wants every file that a ROOT file lists to exist.
    """
    known = set(paths)
    kept = [
        (folder, name)
        for folder, name in session.document_files
        if os.path.normpath(os.path.join(folder, name)) in known
    ]
    return dataclasses.replace(session, document_files=tuple(kept))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def render_root(
    session: RootSession, *, quick_and_dirty: bool, more: Mapping[str, str] | None = None
) -> str:
    """The entry of a ROOT file. Options of the run come last, where they win."""

    def options(given: Iterable[tuple[str, str]], ours: Mapping[str, str]) -> str:
        kept = [(n, v) for n, v in given if not n.startswith(_DOCUMENT_OPTIONS) and n not in ours]
        rows = [f"{name} = {_quoted(value)}" for name, value in (*kept, *ours.items())]
        return f"[{', '.join(rows)}]" if rows else ""

    ours = {
        "document": "false",
        "skip_proofs": "false",
        "quick_and_dirty": "true" if quick_and_dirty else "false",
        **(more or {}),
    }
    lines = [
        f"session {_quoted(session.name)} in {_quoted(session.directory)} = "
        + (f"{_quoted(session.parent)} +" if session.parent else ""),
        f"  options {options(session.options, ours)}",
    ]
    if session.sessions:
        lines.append("  sessions " + " ".join(map(_quoted, session.sessions)))
    if session.directories:
        lines.append("  directories " + " ".join(map(_quoted, session.directories)))
    for section in session.theories:
        own = options(
            [(n, v) for n, v in section.options if n not in ours], {}
        )
        names = (
            _quoted(name) + (" (global)" if name in section.global_names else "")
            for name in section.names
        )
        lines.append(f"  theories {own} " + " ".join(names))
    for folder, name in session.document_files:
        lines.append(f"  document_files (in {_quoted(folder)}) {_quoted(name)}")
    return "\n".join(lines) + "\n"
