from __future__ import annotations

import pytest

from fourfold.core.citations import (
    module_of_theorem,
    near_names,
    scan_citations,
    split_citation,
)


def test_finds_whole_literals_only() -> None:
    text = '''
"""A docstring that mentions "coq:VJP.dense.in_prose" is no citation."""
# Nor is the comment "coq:VJP.dense.in_comment".
CHECKS = Check(
    theorems=("coq:VJP.dense.is_vjp_dense", 'lean:Vjp.Dense.is_vjp'),
    other=("coq:VJP", "see coq:VJP.dense.x", f"coq:VJP.{name}.y", "agda:A.b'.c"),
)
'''
    assert scan_citations(text) == (
        "agda:A.b'.c",
        "coq:VJP.dense.is_vjp_dense",
        "lean:Vjp.Dense.is_vjp",
    )


def test_reads_a_newer_python() -> None:
    text = 'match op:\n    case Conv(stride=s):\n        x = "coq:VJP.conv.t"\n'
    assert scan_citations(text) == ("coq:VJP.conv.t",)


def test_what_is_no_python_is_left_to_python() -> None:
    assert scan_citations('a = "coq:A.b.c"\nx = (\n') == ("coq:A.b.c",)


def test_split() -> None:
    assert split_citation("coq:VJP.dense.t") == ("coq", "VJP.dense.t")
    for wrong in ("hol:A.b", "coq:A", "coq:A..b", "A.b"):
        with pytest.raises(ValueError, match="is not a citation"):
            split_citation(wrong)


def test_module_is_the_longest_prefix() -> None:
    modules = {"VJP", "VJP.dense", "VJP.dense.t"}
    assert module_of_theorem("VJP.dense.t", modules) == "VJP.dense"
    assert module_of_theorem("VJP.dense.Inner.t", modules) == "VJP.dense"
    assert module_of_theorem("VJP.denser.t", modules) == "VJP"
    assert module_of_theorem("Other.dense.t", modules) is None


def test_near_names() -> None:
    names = ["VJP.dense.is_vjp_dense", "VJP.dense.is_vjp_dense_bias", "VJP.relu.is_vjp_relu"]
    assert near_names("VJP.dense.is_vjp_dens", names)[0] == "VJP.dense.is_vjp_dense"
    assert near_names("zzz", names) == ()
