from __future__ import annotations

import pytest

from fourfold.backend.agda.options import (
    _THEORY,
    SAFE_FLAGS,
    UNSAFE_FLAGS,
    refused_flag,
    unasked,
)


@pytest.mark.parametrize(
    "flags, safe, refused",
    [
        ((), True, None),
        (("--without-K", "--guardedness"), True, None),
        (("--cubical",), True, None),
        (("--rewriting",), True, "--rewriting"),
        (("--rewriting", "--cumulativity"), False, None),
        (("--type-in-type",), False, "--type-in-type"),
        (("--no-termination-check",), False, "--no-termination-check"),
        (("--allow-unsolved-metas",), False, "--allow-unsolved-metas"),
        (("--only-scope-checking",), False, "--only-scope-checking"),
        (("--allow-exec",), False, "--allow-exec"),
        (("--prop --type-in-type",), False, "--prop --type-in-type"),
        (("-i", "/etc"), True, "-i"),
        # What permits nothing is taken, with its argument.
        (("-WnoUnsupportedIndexedMatch", "-W", "error", "--warning=noFoo"), True, None),
        (("--no-import-sorts", "--exact-split", "--termination-depth=2"), True, None),
        (("-W", "error", "--type-in-type"), True, "--type-in-type"),
        (("-W", "--type-in-type", "--allow-exec"), True, "--allow-exec"),
        # These would change how the audit's questions are answered.
        (("--show-implicit",), True, "--show-implicit"),
        (("-v3",), True, "-v3"),
    ],
)
def test_refused_flag(flags: tuple[str, ...], safe: bool, refused: str | None) -> None:
    assert refused_flag(flags, safe) == refused


@pytest.mark.parametrize(
    "options, flags, found",
    [
        ("--safe --without-K --no-guardedness --with-K", (), []),
        ("-W noFoo -Wall --warning=error -v 3 -vtc:10 --termination-depth=3", (), []),
        ("--cubical", (), ["--cubical"]),
        ("--cubical", ("--cubical",), []),
        ("--erased-cubical", ("--cubical",), []),
        ("--cubical", ("--erased-cubical",), ["--cubical"]),
        ("--erasure --erased-matches", ("--erased-matches",), []),
        ("--erasure --erased-matches", ("--erasure",), ["--erased-matches"]),
        ("--cohesion", ("--flat-split",), []),
        # Agda completes what is short; the whole word has to be written.
        ("--guardedn", ("--guardedness",), ["--guardedn"]),
        ("--type-in-type", (), ["--type-in-type"]),
        ("--instance-search-depth 3 --prop", (), ["--prop"]),
        # The word after one with an argument is that, whatever it looks like.
        ("-W --prop", (), []),
        ("-Wall --prop", (), ["--prop"]),
        ("surprise", (), ["su"]),
    ],
)
def test_unasked(options: str, flags: tuple[str, ...], found: list[str]) -> None:
    assert unasked([options.split()], flags) == found


def test_an_argument_is_in_the_pragma_of_its_option() -> None:
    assert unasked([["-W"], ["--prop"]], ()) == ["--prop"]


def test_each_flag_that_a_target_may_set_has_one_class() -> None:
    for flag in SAFE_FLAGS:
        assert bool(unasked([[flag]], ())) is bool(_THEORY.get(flag))
    assert unasked([list(UNSAFE_FLAGS)], ()) == sorted(UNSAFE_FLAGS)
