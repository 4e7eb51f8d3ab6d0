from __future__ import annotations

import pytest

from fourfold.backend.agda.scanner import AgdaImport, extension_of, scan_header, scan_imports


def names(text: str, extension: str = ".agda") -> list[str]:
    return [i.name for i in scan_imports(text, extension)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("import A\nopen import B.C\n", ["A", "B.C"]),
        ("open import A using (x; y) renaming (z to w)\nimport B as C", ["A", "B"]),
        ("open import A.B R public", ["A.B"]),
        ("import\n  A", ["A"]),
        ("{- import A {- import B -} import C -} import D", ["D"]),
        ("-- import A\nimport B", ["B"]),
        ("--import A\n-->import B\nimport C", ["C"]),
        ("a-- = import-- \nimport B", ["B"]),
        ('x = "import A {-"\nimport B', ["B"]),
        ('x = "a \\" import A"\nimport B', ["B"]),
        ("x = '\"'\nimport B", ["B"]),
        ("x = '\\''\nimport B", ["B"]),
        ("x′ = x'\nimport B", ["B"]),
        ("{-# OPTIONS --safe #-}\n{-# import A #-}\nimport B", ["B"]),
        ("module M (A : Set) where\n  open import B A", ["B"]),
        ("f = g where open import A; open import B", ["A", "B"]),
        ("module M where\r\nimport A\r\n", ["A"]),
        ("importing = reimport\nx = import′", []),
        ("{- never closed import A", []),
        ("import Räume.Größe.ℝ", ["Räume.Größe.ℝ"]),
    ],
)
def test_imports(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_lines_are_those_of_the_file() -> None:
    text = "prose\n```agda\n{- two\nlines -}\nimport A\n```\n"
    assert scan_imports(text, ".lagda.md") == (AgdaImport("A", 5),)


def test_headers_and_extensions() -> None:
    assert scan_header("-- module A where\nopen import X\nmodule B.C where") == "B.C"
    assert scan_header("module _ where") is None
    assert scan_header("x : Set") is None
    assert extension_of("a/B.lagda.md") == ".lagda.md"
    assert extension_of("a/B.lagda") == ".lagda"
    assert extension_of("a/B.agda") == ".agda"
    assert extension_of("a/B.md") is None
    assert extension_of("a/.agda") is None
