from __future__ import annotations

import pytest

from fourfold.backend.coq.layout import UnfitToolchain, find_layout
from fourfold.backend.coq.scanner import CoqRequire

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
# From Rocq 9 on.
ROCQ = f"{LIBRARY}/ocaml/5.4.1"
ROCQ_FILES = [
    f"{LIBRARY}/ld-linux-x86-64.so.2",
    f"{LIBRARY}/libc.so.6",
    f"{ROCQ}/coq-core/META",
    f"{ROCQ}/coq/theories/Init/Prelude.vo",
    f"{ROCQ}/coq/user-contrib/Stdlib/Lists/List.vo",
    f"{ROCQ}/coq/user-contrib/Flocq/Core/Raux.vo",
    f"{ROCQ}/rocq-runtime/rocqworker",
    "usr/bin/coqc",
    "usr/bin/rocqchk",
]


def require(text: str) -> CoqRequire:
    name, _, prefix = text.partition(" from ")
    return CoqRequire(name, prefix or None, line=1)


def test_finds_every_part() -> None:
    layout = find_layout("coq", FILES)
    assert layout.loader == f"{LIBRARY}/ld-linux-x86-64.so.2"
    assert layout.library_path == (LIBRARY,)
    assert layout.coqlib == COQ
    assert layout.findlib == f"{LIBRARY}/ocaml/5.3.0"
    assert layout.runtime == f"{LIBRARY}/ocaml/5.3.0/coq-core"
    assert layout.compiler == ("usr/bin/coqc",)
    assert layout.toplevel == ("usr/bin/coqtop",)
    assert layout.checker == ("usr/bin/coqchk",)
    assert layout.modules == {"Coq.Init.Prelude", "Coq.Lists.List", "Flocq.Core.Raux"}


def test_does_not_depend_on_the_order_of_files() -> None:
    assert find_layout("coq", reversed(FILES)) == find_layout("coq", FILES)


@pytest.mark.parametrize("missing, named", [("ld-linux", "libc6"), ("Prelude", "libcoq-stdlib")])
def test_names_the_package_that_is_missing(missing: str, named: str) -> None:
    with pytest.raises(UnfitToolchain, match=f"`coq-9`.*{named}"):
        find_layout("coq-9", [f for f in FILES if missing not in f])


def test_finds_every_part_of_rocq() -> None:
    layout = find_layout("rocq", ROCQ_FILES)
    assert layout.coqlib == f"{ROCQ}/coq"
    assert layout.runtime == f"{ROCQ}/rocq-runtime"
    assert layout.compiler == (f"{ROCQ}/rocq-runtime/rocqworker", "--kind=compile")
    assert layout.toplevel == (f"{ROCQ}/rocq-runtime/rocqworker", "--kind=repl")
    assert layout.checker == ("usr/bin/rocqchk",)
    assert layout.modules == {"Corelib.Init.Prelude", "Stdlib.Lists.List", "Flocq.Core.Raux"}


@pytest.mark.parametrize(
    "asked, old, new",
    [
        ("List", True, True),
        ("List from Coq", True, True),
        ("List from Coq.Lists", True, True),
        ("Coq.Lists.List", True, True),
        ("Prelude from Coq", True, True),
        ("List from Stdlib", False, True),
        ("Prelude from Corelib", False, True),
        ("Raux from Flocq", True, True),
        ("Flocq.Core.Raux", True, True),
        ("Raux", False, False),
        ("Lists from Coq", False, False),
        ("Coq.Core.Raux", False, False),
    ],
)
def test_knows_what_a_require_can_mean(asked: str, old: bool, new: bool) -> None:
    assert find_layout("coq", FILES).provides(require(asked)) is old
    assert find_layout("rocq", ROCQ_FILES).provides(require(asked)) is new
