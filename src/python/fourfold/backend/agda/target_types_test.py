from __future__ import annotations

import pytest

from fourfold.backend.agda.target_types import permitted_flags
from fourfold.backend.prover.flags import refused_flag


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
    ],
)
def test_refused_flag(flags: tuple[str, ...], safe: bool, refused: str | None) -> None:
    assert refused_flag(flags, permitted_flags(safe)) == refused
