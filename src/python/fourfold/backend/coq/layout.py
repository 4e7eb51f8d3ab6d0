"""Where the parts of an unpacked Coq lie, found from its list of files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Iterable

from fourfold.backend.coq.names import matching
from fourfold.backend.coq.scanner import CoqRequire
from fourfold.prover.toolchain import SetUpRequest, UnfitToolchain, layout_rules
from fourfold.toolchains.debian_tree import find_loader, library_folders

_PRELUDE = "/theories/Init/Prelude.vo"
# From Rocq 9 on, `coqc` and `coqtop` only start this program, and look for it where it was
# installed.
_WORKER = "/rocq-runtime/rocqworker"


@dataclass(frozen=True)
class CoqLayout:
    """Paths relative to the root of the toolchain.

    `compiler`, `toplevel` and `checker` are a program and its first arguments. `modules` are the
    full logical names of the libraries that the toolchain holds; those below `standard_roots` are
    found by any suffix of their name, and also below `Coq`.
    """

    loader: str
    library_path: tuple[str, ...]
    coqlib: str
    runtime: str
    findlib: str
    compiler: tuple[str, ...]
    toplevel: tuple[str, ...]
    checker: tuple[str, ...]
    standard_roots: tuple[str, ...]
    modules: frozenset[str]

    def request_fields(self) -> dict[str, Any]:
        return {
            "loader": self.loader,
            "library_path": list(self.library_path),
            "coqlib": self.coqlib,
            "runtime": self.runtime,
            "findlib": self.findlib,
            "compiler": list(self.compiler),
            "toplevel": list(self.toplevel),
            "checker": list(self.checker),
        }

    def provides(self, require: CoqRequire) -> bool:
        """Whether one of the toolchain's libraries is what `require` asks for."""
        return any(
            matching(asked, root, self.modules)
            for root in self.standard_roots
            for asked in (require, _below(root, require))
        )


def _below(root: str, require: CoqRequire) -> CoqRequire:
    """`require` with `Coq`, the old name of the standard library's root, replaced by `root`."""
    name, prefix = require.name, require.prefix
    if prefix is None:
        name = _renamed(name, root)
    else:
        prefix = _renamed(prefix, root)
    return CoqRequire(name, prefix, require.line, require.may_fail)


def _renamed(name: str, root: str) -> str:
    first, dot, rest = name.partition(".")
    return root + dot + rest if first == "Coq" else name


def find_layout(name: str, files: Iterable[str]) -> CoqLayout:
    paths = list(files)
    loader = find_loader(paths)
    preludes = [p for p in paths if p.endswith(_PRELUDE)]
    if loader is None or not preludes:
        prelude = "Prelude (libcoq-stdlib or libcoq-core)"
        missing = "dynamic loader (libc6)" if loader is None else prelude
        raise UnfitToolchain(f"The toolchain `{name}` has no {missing} among its packages.")
    coqlib = min(preludes, key=len)[: -len(_PRELUDE)]
    findlib = os.path.dirname(coqlib)
    worker = next((p for p in paths if p.endswith(_WORKER)), None)
    checker = "usr/bin/rocqchk" if "usr/bin/rocqchk" in paths else "usr/bin/coqchk"
    # Rocq 9 has split the standard library in two, and named both parts anew.
    split = any(p.startswith(f"{coqlib}/user-contrib/Stdlib/") for p in paths)
    roots = ("Corelib", "Stdlib") if split else ("Coq",)
    return CoqLayout(
        loader=loader,
        library_path=library_folders(paths),
        coqlib=coqlib,
        runtime=os.path.dirname(worker) if worker else f"{findlib}/coq-core",
        findlib=findlib,
        compiler=(worker, "--kind=compile") if worker else ("usr/bin/coqc",),
        toplevel=(worker, "--kind=repl") if worker else ("usr/bin/coqtop",),
        checker=(checker,),
        standard_roots=roots,
        modules=frozenset(_logical_names(coqlib, roots[0], paths)),
    )


def _logical_names(coqlib: str, root: str, paths: Iterable[str]) -> Iterable[str]:
    theories, contrib = f"{coqlib}/theories/", f"{coqlib}/user-contrib/"
    for path in paths:
        if not path.endswith(".vo"):
            continue
        stem = path[: -len(".vo")]
        if stem.startswith(theories):
            yield f"{root}." + stem[len(theories) :].replace("/", ".")
        elif stem.startswith(contrib):
            yield stem[len(contrib) :].replace("/", ".")


class SetUpCoq(SetUpRequest):
    pass


def rules():
    return layout_rules("Coq", SetUpCoq, find_layout)
