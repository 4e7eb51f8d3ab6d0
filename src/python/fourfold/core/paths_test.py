from __future__ import annotations

import pytest

from fourfold.core.paths import below


def test_a_path_is_relative_to_its_folder() -> None:
    assert below("", "a/b.v") == "a/b.v"
    assert below("a", "a/b/c.v") == "b/c.v"
    assert below("a", "a/./b//c.v") == "b/c.v"


@pytest.mark.parametrize("path", ["ab/c.v", "b/a/c.v", "a", "a/../c.v"])
def test_a_path_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not below a"):
        below("a", path)
