from __future__ import annotations

import pytest

from fourfold.backend.coq.target_types import PERMITTED_FLAGS
from fourfold.prover.flags import refused_flag


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
    assert refused_flag(flags, PERMITTED_FLAGS) == refused
