from __future__ import annotations

import pytest

from fourfold.backend.lean.scanner import scan_imports


def modules(text: str) -> list[str]:
    return [i.name for i in scan_imports(text)]


def test_imports_are_found_in_order_with_their_lines() -> None:
    imports = scan_imports("/- a\nmanual -/\nimport A.B\n\nimport Lean\n\nopen A\nimport C\n")
    assert [(i.name, i.line) for i in imports] == [("A.B", 3), ("Lean", 5)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("import A import B\ntheorem t : True := trivial", ["A", "B"]),
        ("-- import A\nimport B -- import C\n", ["B"]),
        ("/- import A /- import B -/ import C -/ import D\n", ["D"]),
        ("/-! import A -/\nimport B\n", ["B"]),
        ("/- never closed\nimport A\n", []),
        ("module\n\npublic import A\nmeta import B\nimport all C\n", ["A", "B", "C"]),
        ("module\npublic meta import A\npublic section\nimport B\n", ["A"]),
        ("prelude\nimport A\n", ["A"]),
        ("import «A b».C\n", ["A b.C"]),
        ("import A.b'\nimport Mathlib.Data.Nat.Basic\n", ["A.b'", "Mathlib.Data.Nat.Basic"]),
        ("set_option autoImplicit false\nimport A\n", []),
        ("@[simp] theorem t : True := trivial\nimport A\n", []),
        ("#eval 1\nimport A\n", []),
        ("theorem all : True := trivial", []),
        ("\ufeffimport A", ["A"]),
        ("import", []),
        ("", []),
    ],
)
def test_only_the_header_counts(text: str, expected: list[str]) -> None:
    assert modules(text) == expected
