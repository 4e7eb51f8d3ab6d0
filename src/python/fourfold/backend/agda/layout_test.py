from __future__ import annotations

import pytest

from fourfold.backend.agda.layout import UnfitToolchain, find_layout

PRIM = "usr/share/libghc-agda-dev/lib/prim"
FILES = [
    "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "usr/lib/x86_64-linux-gnu/libgmp.so.10",
    f"{PRIM}/Agda/Primitive.agda",
    f"{PRIM}/Agda/Builtin/Nat.agda",
    f"{PRIM}/_build/2.6.4.3/agda/Agda/Primitive.agdai",
]


def test_a_packaged_agda() -> None:
    layout = find_layout("agda-2.6", FILES)
    assert layout.data == "usr/share/libghc-agda-dev"
    assert layout.version == "2.6.4.3"
    assert layout.library_path == ("usr/lib/x86_64-linux-gnu",)
    assert layout.modules == {"Agda.Primitive", "Agda.Builtin.Nat"}


@pytest.mark.parametrize(
    "index, said", [(0, "dynamic loader"), (2, "built-in modules"), (4, "interface files")]
)
def test_what_is_missing_is_named(index: int, said: str) -> None:
    with pytest.raises(UnfitToolchain, match=said):
        find_layout("agda-2.6", FILES[:index] + FILES[index + 1 :])
