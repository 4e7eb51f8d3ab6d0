from __future__ import annotations

import pytest

from fourfold.backend.coq.scanner import (
    CoqFileUse,
    CoqRequire,
    looks_like_coq,
    scan_extra_dependencies,
    scan_loads,
    scan_requires,
)


def names(text: str) -> list[str]:
    return [r.written for r in scan_requires(text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Require Import A B.C.\n", ["Require A", "Require B.C"]),
        ("From X.Y Require Export A.", ["From X.Y Require A"]),
        (
            "From X Require A\n  B\n  C. Lemma x : True.",
            ["From X Require A", "From X Require B", "From X Require C"],
        ),
        ("(* Require A. (* Require B. *) Require C. *) Require D.", ["Require D"]),
        ('(* "*)" Require A. *) Require B.', ["Require B"]),
        ('Definition s := "Require A. (*". Require B.', ["Require B"]),
        ('Definition s := "a "" Require A. ". Require B.', ["Require B"]),
        ("#[local] Require A.", ["Require A"]),
        ('#[deprecated(note="[x]")] Require A.', ["Require A"]),
        ("Time Timeout 3 Require A.", ["Require A"]),
        (
            "Proof. - Require A. + { Require B. } 2: { Require C. }",
            ["Require A", "Require B", "Require C"],
        ),
        ("Require Import -(notations) A(foo, bar) B.", ["Require A", "Require B"]),
        ("Require Import (notations) A.", ["Require A"]),
        ("Section S.\r\nRequire A.\r\nEnd S.\r\n", ["Require A"]),
        ("Check 1.5. Require A.", ["Require A"]),
        ("Definition Required := 0. Check Require_me.", []),
        ("Import A. Export B.", []),
        ("Require A", []),
        ("(* never closed Require A.", []),
        ("Succeed Require A.", ["Require A"]),
        ("Module Récurrence. Require Théorie.L'été.", ["Require Théorie.L'été"]),
    ],
)
def test_requires(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_lines_and_fail() -> None:
    found = scan_requires("(* one\n two *)\nRequire A\n  B.\nFail Require C.\n")
    assert found == (
        CoqRequire("A", None, 3),
        CoqRequire("B", None, 4),
        CoqRequire("C", None, 5, may_fail=True),
    )


@pytest.mark.parametrize(
    "text, coq",
    [
        ("Lemma l : True.", True),
        ("(* module *) Require Import a.", True),
        ("#[global] Instance i : c.", True),
        ("(* only a comment *)", True),
        ("", True),
        ("module adder(input a, output b);\nendmodule\n", False),
        ("// Adds.\nmodule m;", False),
        ("`timescale 1ns/1ps", False),
        ("(* keep *) module m;", False),
        ("/* Verilog */ module m;", False),
        ("fn main() {}", False),
    ],
)
def test_other_languages_use_the_ending_too(text: str, coq: bool) -> None:
    assert looks_like_coq(text) is coq


def test_files_that_are_loaded() -> None:
    text = 'Load part. Load Verbose "sub/x.v". (* Load no. *) Fail Load gone. Loaded. Load y.'
    assert [(u.name, u.line) for u in scan_loads(text)] == [("part", 1), ("sub/x.v", 1), ("y", 1)]


def test_files_that_are_needed_beside_modules() -> None:
    text = 'From A.B Extra Dependency "notes.txt" as notes.\nFrom C\nExtra Dependency "d/e.elpi".'
    assert scan_extra_dependencies(text) == (
        CoqFileUse("notes.txt", 1, "A.B"),
        CoqFileUse("d/e.elpi", 3, "C"),
    )
    assert scan_requires(text) == ()
