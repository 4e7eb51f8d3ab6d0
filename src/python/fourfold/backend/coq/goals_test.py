from __future__ import annotations

import logging

import pytest

from fourfold.backend.coq.goals import libraries_for, theory_fields
from fourfold.backend.coq.scanner import scan_requires
from fourfold.core.project_files import Root
from fourfold.core.tailoring import LibraryPlan
from fourfold.prover.tailor import FoundLibrary
from fourfold.toolchains.lock import Library

LIBRARIES = {
    "ssreflect": Library((), provides=("mathcomp.ssreflect", "HB")),
    "mathcomp": Library((), ("ssreflect",), ("mathcomp.algebra",)),
    "analysis": Library((), ("mathcomp",), ("mathcomp.analysis",)),
    "flocq": Library((), (), ("Flocq",)),
}


@pytest.mark.parametrize(
    "text, libraries",
    [
        ("Require Import List.", ()),
        ("From Flocq Require Import Core.", ("flocq",)),
        ("From mathcomp.algebra Require Import ssralg. From HB Require Import structures.",
         ("mathcomp",)),
        # Any of three has it, by its name.
        ("From mathcomp Require Import ssralg.", ("analysis",)),
        ("Require Import mathcomp.analysis.normedtype Flocq.Core.", ("analysis", "flocq")),
    ],
)  # fmt: skip
def test_libraries_for_what_is_required(text: str, libraries: tuple[str, ...]) -> None:
    assert libraries_for(scan_requires(text), LIBRARIES) == libraries


def test_a_target_is_as_the_project_file_says(caplog: pytest.LogCaptureFixture) -> None:
    root = Root("lib/src", "My.Lib", ("-noinit", "-type-in-type"), project="lib/_CoqProject")
    plan = LibraryPlan("lib/src", ("lib/src/a.v",), nested=("lib/src/test",), root=root)
    with caplog.at_level(logging.WARNING):
        fields = theory_fields(FoundLibrary(plan, texts={"lib/src/a.v": "Require Flocq.Core."}))
    assert fields == {
        "sources": ("**/*.v", "!test/**"),
        "logical_name": "My.Lib",
        "flags": ("-noinit",),
    }
    assert "lib/_CoqProject that are not taken over" in caplog.text
    assert "-type-in-type" in caplog.text


def test_a_theory_without_a_name_has_none() -> None:
    plan = LibraryPlan("lib", ("lib/a.v",), root=Root("lib", ""))
    assert theory_fields(FoundLibrary(plan)) == {"logical_name": ""}
