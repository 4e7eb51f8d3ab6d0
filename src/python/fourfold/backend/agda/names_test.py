from __future__ import annotations

import pytest

from fourfold.backend.agda.names import (
    is_module_name,
    module_name,
    project_of,
    refused_name,
    similar,
    source_path,
    wanted_prefix,
)


@pytest.mark.parametrize(
    "name, valid",
    [("Data.Fin", True), ("Räume.ℝ-field", True), ("A..B", False), ("A B", False), ("", False)],
)
def test_is_module_name(name: str, valid: bool) -> None:
    assert is_module_name(name) is valid


def test_names_follow_the_folders() -> None:
    assert module_name("", "src/agda", "src/agda/Fourfold/Dense.agda") == "Fourfold.Dense"
    assert module_name("Lib", "lib", "lib/Deep/A.lagda.md") == "Lib.Deep.A"
    assert module_name("", "", "A.lagda") == "A"
    assert source_path("Lib.Deep.A", "lib/Deep/A.lagda.md") == "Lib/Deep/A.lagda.md"


def test_each_set_of_flags_has_a_project() -> None:
    assert project_of(["--safe"]) == project_of(("--safe",))
    assert project_of(["--safe"]) != project_of(["--safe", "--without-K"])


def test_the_prefix_that_a_file_asks_for() -> None:
    assert wanted_prefix("Fourfold.Dense", "Dense") == "Fourfold"
    assert wanted_prefix("Dense", "Dense") is None
    assert wanted_prefix("Sense", "Dense") is None
    assert wanted_prefix(None, "Dense") is None


def test_similar_names_the_likely_ones() -> None:
    names = ["Fourfold.Dense", "Fourfold.Conv", "Data.Nat"]
    assert similar("Fuorfold.Dense", names)[0] == "Fourfold.Dense"
    assert similar("Fourfold.Convs", names)[0] == "Fourfold.Conv"
    assert similar("Zorn", names) == ()


@pytest.mark.parametrize(
    "path, part",
    [
        ("t/Ok.lagda.md", None),
        ("t/Räume/ℝ-field.agda", None),
        ("t/a b/Ok.agda", "a b"),
        ("t/A.B.agda", "A.B"),
        ("t/A(1).lagda.tex", "A(1)"),
    ],
)
def test_a_file_or_folder_that_is_no_name_is_named(path: str, part: str | None) -> None:
    said = refused_name("t", path)
    if part is None:
        assert said is None
    else:
        assert said is not None and said.startswith(f"{path}: `{part}` is no name of a module")
