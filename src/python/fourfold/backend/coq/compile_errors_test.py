from __future__ import annotations

from pants.build_graph.address import Address
from pants.util.frozendict import FrozenDict

from fourfold.backend.coq.compile_errors import (
    first_error,
    import_hint,
    library_for,
    one_source_each,
    rejected_because,
)
from fourfold.backend.coq.layout import find_layout
from fourfold.backend.coq.layout_test import FILES
from fourfold.backend.coq.scanner import CoqRequire
from fourfold.prover.toolchain import ProverToolchain


def test_first_error_leaves_out_the_warnings() -> None:
    output = (
        'File "./a.v", line 1, characters 0-5:\nWarning: old\n[deprecated]\n'
        'File "./a.v", line 7, characters 2-9:\nError:\nUnable to unify "2" with "1".\n'
    )
    assert first_error(output) == (
        'File "./a.v", line 7, characters 2-9:\nError:\nUnable to unify "2" with "1".'
    )


def test_first_error_shows_all_where_there_is_none() -> None:
    assert first_error("\nSegmentation fault\n") == "Segmentation fault"


def test_rejections_say_what_to_do() -> None:
    assert "set `timeout` on its target" in rejected_because({"timed_out": True}, "a.v", 5)
    assert "a.v: timed out after 5 s" in rejected_because({"timed_out": True}, "a.v", 5)
    wrote = {"timed_out": False, "undeclared": ["out/x.out", "y"]}
    assert "out/x.out, y" in rejected_because(wrote, "a.v", 5)
    assert "no .vo" in rejected_because({"missing_output": True}, "a.v", 5)
    assert rejected_because({"output": "Error: no"}, "a.v", 5) == "Error: no"


def test_two_targets_of_one_module_are_named_before_their_files_meet() -> None:
    one, two = (("Lib.a", "one/a.v"),), (("Lib.a", "two/a.v"),)
    sources, twice = one_source_each(("M", "m.v"), [one, one])
    assert twice is None and sources == (("Lib.a", "one/a.v"), ("M", "m.v"))
    _, twice = one_source_each(("M", "m.v"), [one, two])
    assert twice is not None and "Lib.a from two targets, one/a.v and two/a.v" in twice
    _, twice = one_source_each(("Lib.a", "m.v"), [one])
    assert twice is not None and "m.v and one/a.v" in twice


def toolchain() -> ProverToolchain:
    provided = FrozenDict({"mathcomp": ("mathcomp.algebra",)})
    return ProverToolchain("coq", None, layout=find_layout("coq", FILES), provided=provided)


def hint(name: str, prefix: str, importer: str, *owned: str) -> str:
    owners = {module: (Address("lib", target_name=module),) for module in owned}
    return import_hint(CoqRequire(name, prefix, 1), importer, toolchain(), owners)


def test_a_library_that_is_not_selected_is_named() -> None:
    said = library_for(CoqRequire("ssralg", "mathcomp", 1), toolchain())
    assert said is not None and 'set libraries=["mathcomp"] on the target' in said
    assert library_for(CoqRequire("ssralg", "other", 1), toolchain()) is None


def test_a_missing_import_says_what_has_it() -> None:
    renamed = hint("x", "Old", "Lib.a", "Lib.x")
    assert "If Lib.x is meant, write `From Lib Require x`, or set `logical_name`" in renamed
    assert "did you mean Lib.lemmas?" in hint("lemma", "Lib", "Lib.a", "Lib.lemmas")
