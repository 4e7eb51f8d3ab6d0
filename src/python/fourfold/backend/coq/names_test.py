from __future__ import annotations

import pytest

from fourfold.backend.coq.names import (
    is_logical_name,
    logical_name,
    matching,
    refused_name,
    root_of,
    similar,
    taken_name,
    vo_path,
)
from fourfold.backend.coq.scanner import CoqRequire

NAMES = ["VJP.dense", "VJP.blocks.dense", "VJP.blocks.mlp", "Other.dense", "Coq.Lists.List"]


def require(name: str, prefix: str | None = None) -> CoqRequire:
    return CoqRequire(name, prefix, 1)


@pytest.mark.parametrize(
    "name, valid",
    [
        ("VJP", True),
        ("Lib.Part'", True),
        ("Théorie.a1", True),
        ("a-b", False),
        ("1a", False),
        ("a..b", False),
        ("", False),
    ],
)
def test_is_logical_name(name: str, valid: bool) -> None:
    assert is_logical_name(name) is valid


def test_names_follow_the_folders() -> None:
    assert logical_name("Lib.Part", "src/part", "src/part/deep/a.v") == "Lib.Part.deep.a"
    assert logical_name("Lib", "", "a.v") == "Lib.a"
    assert root_of("Lib.Part.a") == "Lib"
    assert vo_path("Lib.Part.a") == "Lib/Part/a.vo"


@pytest.mark.parametrize(
    "required, importer, expected",
    [
        # With a prefix: that name, else any suffix below it.
        (require("dense", "VJP"), "Other.x", ("VJP.dense",)),
        (require("mlp", "VJP"), "Other.x", ("VJP.blocks.mlp",)),
        (require("dense", "VJP.blocks"), "Other.x", ("VJP.blocks.dense",)),
        (require("ense", "VJP"), "Other.x", ()),
        # Without one: the full name, and any suffix within the importer's own theory.
        (require("VJP.dense"), "Other.x", ("VJP.dense",)),
        (require("mlp"), "VJP.x", ("VJP.blocks.mlp",)),
        (require("mlp"), "Other.x", ()),
        (require("dense"), "VJP.x", ("VJP.blocks.dense", "VJP.dense")),
    ],
)
def test_matching(required: CoqRequire, importer: str, expected: tuple[str, ...]) -> None:
    assert matching(required, importer, NAMES) == expected


def test_similar_names_the_likely_ones() -> None:
    assert similar(require("dense", "VPJ"), NAMES)[0] in ("VJP.dense", "Other.dense")
    assert "VJP.blocks.mlp" in similar(require("mpl", "VJP.blocks"), NAMES)
    assert similar(require("Zorn", "Sets"), NAMES) == ()


@pytest.mark.parametrize(
    "path, part",
    [
        ("t/ok.v", None),
        ("t/sub/A'1.v", None),
        ("t/01_intro.v", "01_intro"),
        ("t/week-1/s.v", "week-1"),
        ("t/2024/t.v", "2024"),
        ("t/sub dir/ok.v", "sub dir"),
        ("t/a.b.v", "a.b"),
        ("t/.v", ".v"),
    ],
)
def test_a_file_or_folder_that_is_no_identifier_is_named(path: str, part: str | None) -> None:
    said = refused_name("t", path)
    if part is None:
        assert said is None
    else:
        assert said is not None and said.startswith(f"{path}: `{part}` is no name of a module")
        assert "Rename it" in said


@pytest.mark.parametrize(
    "module, taken",
    [
        ("Coq.Mine.a", "Coq"),
        ("Stdlib.a", "Stdlib"),
        ("mathcomp.ssreflect", "mathcomp.ssreflect"),
        ("mathcomp.ssreflect.mine", "mathcomp.ssreflect"),
        ("mathcomp", "mathcomp.ssreflect"),
        ("Flocq.Core.Raux.mine", "Flocq.Core.Raux"),
        ("Core.Raux", "Flocq.Core.Raux"),
        ("mathcomp.mine.a", None),
        ("mathcomp.ssreflect2.a", None),
        ("Coquelicot2.a", None),
        ("Lib.Coq.Logic", None),
    ],
)
def test_names_of_the_toolchain_are_taken(module: str, taken: str | None) -> None:
    assert taken_name(module, ("mathcomp.ssreflect", "Flocq.Core.Raux", "Coquelicot")) == taken
