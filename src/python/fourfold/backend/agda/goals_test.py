from __future__ import annotations

import logging

import pytest

from fourfold.backend.agda.goals import library_fields
from fourfold.core.project_files import Root
from fourfold.core.tailoring import LibraryPlan
from fourfold.prover.tailor import FoundLibrary

SAFE = "{-# OPTIONS --cubical-compatible --safe #-}\nmodule A where\n"
UNSAFE = "{-# OPTIONS --cubical-compatible #-}\nmodule B where\n"


def found(texts: dict[str, str], root: Root | None = None) -> FoundLibrary:
    return FoundLibrary(LibraryPlan("lib", tuple(texts), root=root), texts=texts)


def test_what_does_not_call_itself_safe_beside_what_does() -> None:
    texts = {"lib/A.agda": SAFE, "lib/deep/B.agda": UNSAFE}
    assert library_fields(found(texts)) == {"overrides": {"deep/B.agda": {"safe": False}}}


def test_where_no_source_says_so_all_are_to_be_safe() -> None:
    assert library_fields(found({"lib/B.agda": UNSAFE})) == {}
    root = Root("lib", "", ("--safe", "--without-K"))
    texts = {"lib/A.agda": SAFE, "lib/B.agda": UNSAFE}
    assert library_fields(found(texts, root)) == {"flags": ("--without-K",)}


def test_a_flag_that_a_target_may_not_set(caplog: pytest.LogCaptureFixture) -> None:
    root = Root("lib", "", ("--type-in-type", "-WnoUserWarning"), project="lib.agda-lib")
    with caplog.at_level(logging.WARNING):
        fields = library_fields(found({"lib/A.agda": SAFE}, root))
    assert fields == {"flags": ("-WnoUserWarning",)}
    assert "`--type-in-type` of lib.agda-lib is not taken over" in caplog.text


def test_each_flag_that_is_left_out_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """And what is kept keeps its argument."""
    given = ("--type-in-type", "-W", "noUserWarning", "--allow-exec")
    with caplog.at_level(logging.WARNING):
        fields = library_fields(found({"lib/A.agda": SAFE}, Root("lib", "", given)))
    assert fields == {"flags": ("-W", "noUserWarning")}
    assert "`--type-in-type`" in caplog.text and "`--allow-exec`" in caplog.text
