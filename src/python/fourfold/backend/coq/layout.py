"""Where the parts of an unpacked Coq lie, found from its list of files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Iterable

from fourfold.toolchains.debian_tree import find_loader, library_folders

_PRELUDE = "/theories/Init/Prelude.vo"


class NotACoqToolchain(Exception):
    pass


@dataclass(frozen=True)
class CoqLayout:
    """Paths relative to the root of the toolchain.

    `modules` are the full logical names of the libraries that the toolchain holds.
    """

    loader: str
    library_path: tuple[str, ...]
    coqlib: str
    coqcorelib: str
    findlib: str
    modules: frozenset[str]

    def request_fields(self) -> dict[str, Any]:
        return {
            "loader": self.loader,
            "library_path": list(self.library_path),
            "coqlib": self.coqlib,
            "coqcorelib": self.coqcorelib,
            "findlib": self.findlib,
        }


def find_layout(name: str, files: Iterable[str]) -> CoqLayout:
    paths = list(files)
    loader = find_loader(paths)
    preludes = [p for p in paths if p.endswith(_PRELUDE)]
    if loader is None or not preludes:
        missing = "dynamic loader (libc6)" if loader is None else "Prelude (libcoq-stdlib)"
        raise NotACoqToolchain(f"The toolchain `{name}` has no {missing} among its packages.")
    coqlib = min(preludes, key=len)[: -len(_PRELUDE)]
    findlib = os.path.dirname(coqlib)
    return CoqLayout(
        loader=loader,
        library_path=library_folders(paths),
        coqlib=coqlib,
        coqcorelib=f"{findlib}/coq-core",
        findlib=findlib,
        modules=frozenset(_logical_names(coqlib, paths)),
    )


def _logical_names(coqlib: str, paths: Iterable[str]) -> Iterable[str]:
    theories, contrib = f"{coqlib}/theories/", f"{coqlib}/user-contrib/"
    for path in paths:
        if not path.endswith(".vo"):
            continue
        stem = path[: -len(".vo")]
        if stem.startswith(theories):
            yield "Coq." + stem[len(theories) :].replace("/", ".")
        elif stem.startswith(contrib):
            yield stem[len(contrib) :].replace("/", ".")
