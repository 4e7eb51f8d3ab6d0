"""Where the parts of an unpacked Agda lie, found from its list of files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Iterable

from fourfold.prover.toolchain import SetUpRequest, UnfitToolchain, layout_rules
from fourfold.toolchains.debian_tree import find_loader, library_folders

_PRIMITIVE = "/lib/prim/Agda/Primitive.agda"


@dataclass(frozen=True)
class AgdaLayout:
    """Paths relative to the root of the toolchain.

    `version` is Agda's own name for the folder of its interface files. `modules` are the
    built-in modules.
    """

    loader: str
    library_path: tuple[str, ...]
    data: str
    version: str
    modules: frozenset[str]

    def request_fields(self) -> dict[str, Any]:
        return {
            "loader": self.loader,
            "library_path": list(self.library_path),
            "data": self.data,
            "version": self.version,
        }


def find_layout(name: str, files: Iterable[str]) -> AgdaLayout:
    paths = list(files)
    loader = find_loader(paths)
    primitives = [p for p in paths if p.endswith(_PRIMITIVE)]
    data = primitives[0][: -len(_PRIMITIVE)] if primitives else ""
    built = f"{data}/lib/prim/_build/"
    versions = sorted({p[len(built) :].split("/")[0] for p in paths if p.startswith(built)})
    if loader is None or not primitives or len(versions) != 1:
        missing = (
            "dynamic loader (libc6)"
            if loader is None
            else "built-in modules (libghc-agda-dev)"
            if not primitives
            else "interface files of one version for its built-in modules (libghc-agda-dev)"
        )
        raise UnfitToolchain(f"The toolchain `{name}` has no {missing} among its packages.")
    prim = f"{data}/lib/prim/"
    return AgdaLayout(
        loader=loader,
        library_path=library_folders(paths),
        data=data,
        version=versions[0],
        modules=frozenset(
            os.path.splitext(p[len(prim) :])[0].replace("/", ".")
            for p in paths
            if p.startswith(prim + "Agda/") and p.endswith(".agda")
        ),
    )


class SetUpAgda(SetUpRequest):
    pass


def rules():
    return layout_rules("Agda", SetUpAgda, find_layout)
