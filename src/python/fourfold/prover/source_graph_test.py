from __future__ import annotations

import pytest
from pants.build_graph.address import Address

from fourfold.backend.coq.names import matching
from fourfold.backend.coq.scanner import CoqRequire
from fourfold.prover.source_graph import ModuleMap, by_toolchain, of_own_library

NAMES = ("Lib.a", "Lib.sub.a", "Lib.sub.b", "Other.a", "Other.sub.a", "a")
MODULES = ModuleMap(
    by_toolchain(
        [
            *(("one", name, Address("src", target_name=name)) for name in NAMES),
            ("two", "Third.c", Address("src", target_name="c")),
        ]
    )
)


@pytest.mark.parametrize("prefix", [None, "Lib", "Lib.sub", "Other", "Nothing"])
@pytest.mark.parametrize("name", ["a", "b", "sub.a", "Lib.a", "Lib.sub.a", "c"])
@pytest.mark.parametrize("importer", ["Lib.x", "Other.x"])
def test_a_require_means_the_same_among_those_that_end_like_it(
    prefix: str | None, name: str, importer: str
) -> None:
    require = CoqRequire(name, prefix, 1, False)
    among_all = matching(require, importer, NAMES)
    assert matching(require, importer, MODULES.ending_like(name, "one")) == among_all


def test_each_toolchain_has_modules_of_its_own() -> None:
    assert MODULES.roots("one") == {"Lib", "Other", "a"}
    assert MODULES.roots("two") == {"Third"}
    assert MODULES.ending_like("x.c", "two") == ["Third.c"]
    assert list(MODULES.ending_like("c", "one")) == []
    assert list(MODULES.ending_like("c", "three")) == [] and MODULES.roots("three") == frozenset()


def test_a_library_sees_its_own_files_first() -> None:
    def file(folder: str, library: str) -> Address:
        return Address(folder, target_name=library, relative_file_path="x.v")

    importer = Address("a", target_name="one", relative_file_path="y.v")
    own, beside, other = file("a", "one"), file("a", "two"), file("b", "one")
    assert of_own_library([other, beside, own], importer) == (own,)
    assert of_own_library([other, beside], importer) == (beside,)
    assert of_own_library([other], importer) == (other,)
