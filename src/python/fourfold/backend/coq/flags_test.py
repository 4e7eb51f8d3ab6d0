from __future__ import annotations

import pytest

from fourfold.backend.coq.flags import for_the_kernel, refused_flag, taken_over


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("-indices-matter", "-noinit"),
        ("-w", "-notation-overridden", "-indices-matter"),
        # The argument of `-w` is no flag, whatever it looks like.
        ("-w", "-type-in-type"),
        ("-set", "Default Goal Selector=!"),
        ("-set", "Universe Polymorphism", "-unset", "Printing Notations"),
        ("-native-compiler", "no", "-bytecode-compiler", "yes"),
    ],
)
def test_flags_that_weaken_nothing(flags: tuple[str, ...]) -> None:
    assert refused_flag(flags) is None


@pytest.mark.parametrize(
    "flags, said",
    [
        (("-w", "all", "-type-in-type"), "`-type-in-type` is not permitted"),
        (("-impredicative-set",), "`-impredicative-set` is not permitted"),
        (("-indices-matter", "-l", "file"), "`-l` is not permitted"),
        (("-R", "a", "b"), "`-R` is not permitted"),
        (("-unset", "Guard Checking"), "`-unset Guard Checking` is not permitted"),
        (("-set", "Definitional UIP"), "`-set Definitional UIP` is not permitted"),
        (("-set", "Guard Checking=false"), "`-set Guard Checking` is not permitted"),
        (("-unset", " Universe Checking"), "`-unset Universe Checking` is not permitted"),
        (("-native-compiler", "yes"), "takes `no` or `ondemand`"),
        (("-native-compiler",), "needs an argument"),
        (("-set",), "needs an argument"),
    ],
)
def test_refused_flags(flags: tuple[str, ...], said: str) -> None:
    assert said in (refused_flag(flags) or "")


def test_an_audit_gets_no_flag_that_bends_what_is_printed() -> None:
    flags = ("-w", "-all", "-set", "Printing All", "-noinit", "-indices-matter")
    assert for_the_kernel(flags) == ["-indices-matter"]


def test_flags_of_another_build_are_taken_over_where_they_may_be() -> None:
    flags = ("-w", "-all", "-type-in-type", "-set", "Default Goal Selector=!", "-impredicative-set")
    kept = ("-w", "-all", "-set", "Default Goal Selector=!")
    assert taken_over(flags) == (kept, ("-type-in-type", "-impredicative-set"))
