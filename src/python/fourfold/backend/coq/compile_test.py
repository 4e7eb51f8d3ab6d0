from __future__ import annotations

import pytest

from fourfold.backend.coq.compile import first_error, refused_flag, rejection


@pytest.mark.parametrize(
    "flags, refused",
    [
        ((), None),
        (("-indices-matter", "-noinit"), None),
        (("-w", "-notation-overridden", "-indices-matter"), None),
        # The argument of `-w` is no flag, whatever it looks like; what follows it is.
        (("-w", "-type-in-type"), None),
        (("-w", "all", "-type-in-type"), "-type-in-type"),
        (("-impredicative-set",), "-impredicative-set"),
        (("-indices-matter", "-l", "file"), "-l"),
        (("-R", "a", "b"), "-R"),
    ],
)
def test_refused_flag(flags: tuple[str, ...], refused: str | None) -> None:
    assert refused_flag(flags) == refused


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
    assert "set `timeout` on its target" in rejection({"timed_out": True}, "a.v", 5)
    assert "a.v: timed out after 5 s" in rejection({"timed_out": True}, "a.v", 5)
    wrote = {"timed_out": False, "undeclared": ["out/x.out", "y"]}
    assert "out/x.out, y" in rejection(wrote, "a.v", 5)
    assert "no .vo" in rejection({"missing_output": True}, "a.v", 5)
    assert rejection({"output": "Error: no"}, "a.v", 5) == "Error: no"
