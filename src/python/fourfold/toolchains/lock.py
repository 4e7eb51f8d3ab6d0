"""The lock file of a toolchain, and the definition it is made from.

A definition (TOML) names a Debian suite and the packages of the toolchain, in a base group and
optional libraries. A lock lists, for each package, the archive that holds it, by hash. Neither
names a host: paths are relative to the root of whatever mirror a machine uses.

Other kinds of definition say so in `kind`: `upstream` names the archive that the prover's makers
release, by URL, and where the same tree may be installed; `folder` only the latter, and has no
lock; `wheel` names a project of a Python package index. A lock of theirs has one row, with the URL
or the wheel's file name as the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping

BASE_GROUP = "base"
# What a definition is that says no `kind`.
DEBIAN = "debian"
_COLUMNS = "group | package | version | path below the archive root | bytes | sha256"


class InvalidToolchainFile(Exception):
    """A lock or a definition that cannot be read; the message says where and what to do."""


@dataclass(frozen=True)
class Archive:
    """One Debian package of a toolchain: `size` in bytes, `sha256` of the whole file."""

    group: str
    package: str
    version: str
    path: str
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Lock:
    suite: str
    archives: tuple[Archive, ...]

    def select(self, groups: Iterable[str]) -> tuple[Archive, ...]:
        wanted = {BASE_GROUP, *groups}
        return tuple(a for a in self.archives if a.group in wanted)


@dataclass(frozen=True)
class Library:
    """An optional part of a toolchain, e.g. MathComp-Analysis for Coq.

    `provides` are the names that its modules are below, known without its packages.
    """

    packages: tuple[str, ...]
    needs: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """`rolling` suites drop old versions: there, a missing archive is no error of the lock."""

    suite: str
    packages: tuple[str, ...]
    libraries: Mapping[str, Library]
    drop: tuple[str, ...] = ()
    rolling: bool = False

    def closure(self, libraries: Iterable[str]) -> tuple[str, ...]:
        """The given libraries and all that they need, sorted; KeyError on an unknown name."""
        found: set[str] = set()
        todo = list(libraries)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(self.libraries[name].needs)
        return tuple(sorted(found))


@dataclass(frozen=True)
class Folder:
    """A tree that is installed on the machine. Without an archive, no lock fixes what it is.

    `has` are paths by which the tree is recognised; `program` is the name that a machine has on
    PATH; `installed` are places to look for the tree, as in scripts/find_folder.py.
    `{version}` stands for the version in every text of the file; here it is filled in.
    """

    version: str
    has: tuple[str, ...]
    program: str
    installed: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Upstream(Folder):
    """The archive of a release, which may be installed too; `root` is the folder inside it."""

    url: str = ""
    root: str = ""

    @property
    def file_name(self) -> str:
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Wheel:
    """A wheel of a Python package index, for its files: nothing of it is imported.

    `python` and `platform` are tags, such as "3.11" and "manylinux_2_28_x86_64", which choose
    among the wheels of a version; where they are empty, those of the Python that runs Pants.
    """

    project: str
    version: str
    has: tuple[str, ...]
    drop: tuple[str, ...] = ()
    python: str = ""
    platform: str = ""


class _Texts:
    """The keys of a definition, checked, with the version filled in."""

    def __init__(
        self, raw: Mapping[str, object], origin: str, needed: set[str], optional: set[str]
    ) -> None:
        unknown = sorted(set(raw) - needed - optional - {"kind"})
        missing = sorted(needed - set(raw))
        if unknown or missing:
            kind = raw.get("kind", DEBIAN)
            raise InvalidToolchainFile(
                f'{origin}: unknown key `{unknown[0]}` for `kind = "{kind}"`; the keys are '
                f"{', '.join(sorted(needed | optional))}."
                if unknown
                else f"{origin}: the key `{missing[0]}` is missing."
            )
        self.raw = raw
        self.version = str(raw["version"])

    def one(self, key: str) -> str:
        return str(self.raw.get(key, "")).replace("{version}", self.version)

    def many(self, key: str) -> tuple[str, ...]:
        found: Iterable[str] = self.raw.get(key, ())  # type: ignore[assignment]
        return tuple(t.replace("{version}", self.version) for t in found)


_OF_FOLDERS = {"version", "has", "program"}


def parse_folder(raw: Mapping[str, object], origin: str) -> Folder:
    texts = _Texts(raw, origin, {*_OF_FOLDERS, "installed"}, {"drop"})
    return Folder(
        texts.version,
        texts.many("has"),
        texts.one("program"),
        texts.many("installed"),
        texts.many("drop"),
    )


def parse_upstream(raw: Mapping[str, object], origin: str) -> Upstream:
    texts = _Texts(raw, origin, {*_OF_FOLDERS, "url", "root"}, {"installed", "drop"})
    return Upstream(
        texts.version,
        texts.many("has"),
        texts.one("program"),
        texts.many("installed"),
        texts.many("drop"),
        texts.one("url"),
        texts.one("root"),
    )


def parse_wheel(raw: Mapping[str, object], origin: str) -> Wheel:
    texts = _Texts(raw, origin, {"project", "version", "has"}, {"drop", "python", "platform"})
    return Wheel(
        texts.one("project"),
        texts.version,
        texts.many("has"),
        texts.many("drop"),
        texts.one("python"),
        texts.one("platform"),
    )


def parse_debian(raw: Mapping[str, object], origin: str) -> Definition:
    known = {"kind", "suite", "packages", "libraries", "drop", "rolling"}
    unknown = sorted(set(raw) - known)
    if unknown:
        raise InvalidToolchainFile(
            f"{origin}: unknown key `{unknown[0]}`; the keys are {', '.join(sorted(known))}."
        )
    for key in ("suite", "packages"):
        if key not in raw:
            raise InvalidToolchainFile(f"{origin}: the key `{key}` is missing.")
    libraries = {}
    for name, table in dict(raw.get("libraries") or {}).items():  # type: ignore[call-overload]
        libraries[name] = Library(
            *(tuple(table.get(key, ())) for key in ("packages", "needs", "provides"))
        )
    for name, library in libraries.items():
        for need in library.needs:
            if need not in libraries:
                raise InvalidToolchainFile(
                    f"{origin}: the library `{name}` needs `{need}`, which is not among the "
                    f"libraries {', '.join(sorted(libraries))}."
                )
    return Definition(
        suite=str(raw["suite"]),
        packages=tuple(raw["packages"]),  # type: ignore[arg-type]
        libraries=libraries,
        drop=tuple(raw.get("drop") or ()),  # type: ignore[arg-type]
        rolling=bool(raw.get("rolling", False)),
    )


def parse_lock(text: str, origin: str, regenerate: str) -> Lock:
    """`regenerate` is the command that writes the lock, for the messages."""
    suite = ""
    archives = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# suite: "):
            suite = line[len("# suite: ") :].strip()
        if not line.strip() or line.startswith("#"):
            continue
        cells = [c.strip() for c in line.split("|")]
        if len(cells) != 6 or not cells[4].isdigit() or len(cells[5]) != 64:
            raise InvalidToolchainFile(
                f"{origin}:{number}: expected `{_COLUMNS}`, found {line!r}. "
                f"To write the lock anew, run `{regenerate}`."
            )
        group, package, version, path, size, sha256 = cells
        archives.append(Archive(group, package, version, path, int(size), sha256))
    if not suite or not archives:
        raise InvalidToolchainFile(
            f"{origin}: the lock has no `# suite:` line or no archives. "
            f"To write it, run `{regenerate}`."
        )
    return Lock(suite, tuple(archives))


def format_lock(lock: Lock, *, regenerate: str, definition: str) -> str:
    head = [
        f"# Written by `{regenerate}` from {definition}; do not edit.",
        f"# suite: {lock.suite}",
        f"# {_COLUMNS}",
    ]
    rows = [
        " | ".join((a.group, a.package, a.version, a.path, str(a.size), a.sha256))
        for a in sorted(lock.archives, key=lambda a: (a.group != BASE_GROUP, a.group, a.package))
    ]
    return "\n".join([*head, *rows]) + "\n"
