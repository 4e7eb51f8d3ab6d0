from __future__ import annotations

import pytest

from fourfold.backend.lean.names import (
    answers_for,
    is_module_name,
    module_name,
    module_path,
    similar,
)


@pytest.mark.parametrize(
    "prefix, path, expected",
    [
        ("Fourfold", "src/lean/Fourfold/Dense.lean", "Fourfold.Dense"),
        ("Fourfold", "src/lean/Fourfold/a/B.lean", "Fourfold.a.B"),
        ("", "src/lean/Fourfold/Dense.lean", "Dense"),
    ],
)
def test_a_module_is_named_by_its_path(prefix: str, path: str, expected: str) -> None:
    assert module_name(prefix, "src/lean/Fourfold", path) == expected


def test_paths_of_modules() -> None:
    assert module_path("Fourfold.Dense") == "Fourfold/Dense"
    assert is_module_name("Fourfold.Dense'") and not is_module_name("Fourfold/Dense")


def test_what_may_have_been_meant() -> None:
    assert similar("Fourfold.Dens", ["Fourfold.Dense", "Other"]) == ("Fourfold.Dense",)
    assert similar("Dense", ["Fourfold.Dense", "Other"])[0] == "Fourfold.Dense"


@pytest.mark.parametrize(
    "theorem, answers",
    [
        ("Lib.Dense.adjoint", True),
        ("Lib.Sum.add", False),
        ("Lib.Dense.Deep.t", False),
        ("Lib.other", True),
        ("stray", True),
    ],
)
def test_a_module_answers_for_its_own_names_and_for_those_of_nobody(
    theorem: str, answers: bool
) -> None:
    modules = {"Lib.Dense", "Lib.Dense.Deep", "Lib.Sum"}
    assert answers_for(theorem, "Lib.Dense", modules) is answers
