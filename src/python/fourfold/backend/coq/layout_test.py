from __future__ import annotations

import pytest

from fourfold.backend.coq.layout import NotACoqToolchain, find_layout

LIBRARY = "usr/lib/x86_64-linux-gnu"
COQ = f"{LIBRARY}/ocaml/5.3.0/coq"
FILES = [
    f"{LIBRARY}/ld-linux-x86-64.so.2",
    "usr/lib64/ld-linux-x86-64.so.2",
    f"{LIBRARY}/libc.so.6",
    f"{LIBRARY}/libgmp.so.10",
    f"{COQ}/theories/Init/Prelude.vo",
    f"{COQ}/theories/Lists/List.vo",
    f"{COQ}/theories/Lists/List.glob",
    f"{COQ}/user-contrib/Flocq/Core/Raux.vo",
]


def test_finds_every_part() -> None:
    layout = find_layout("coq", FILES)
    assert layout.loader == f"{LIBRARY}/ld-linux-x86-64.so.2"
    assert layout.library_path == (LIBRARY,)
    assert layout.coqlib == COQ
    assert layout.findlib == f"{LIBRARY}/ocaml/5.3.0"
    assert layout.coqcorelib == f"{LIBRARY}/ocaml/5.3.0/coq-core"
    assert layout.modules == {"Coq.Init.Prelude", "Coq.Lists.List", "Flocq.Core.Raux"}


def test_does_not_depend_on_the_order_of_files() -> None:
    assert find_layout("coq", reversed(FILES)) == find_layout("coq", FILES)


@pytest.mark.parametrize("missing, named", [("ld-linux", "libc6"), ("Prelude", "libcoq-stdlib")])
def test_names_the_package_that_is_missing(missing: str, named: str) -> None:
    with pytest.raises(NotACoqToolchain, match=f"`coq-9`.*{named}"):
        find_layout("coq-9", [f for f in FILES if missing not in f])
