from __future__ import annotations

from fourfold.backend.prover.goals import topmost_folders


def test_one_target_for_a_tree() -> None:
    files = ["lib/deep/b.v", "lib/a.v", "library/c.v", "other/x/d.v", "other/y/e.v"]
    assert topmost_folders(files) == {
        "lib": ["lib/a.v", "lib/deep/b.v"],
        "library": ["library/c.v"],
        "other/x": ["other/x/d.v"],
        "other/y": ["other/y/e.v"],
    }


def test_sources_at_the_root_take_all() -> None:
    assert topmost_folders(["a.v", "lib/b.v"]) == {"": ["a.v", "lib/b.v"]}
    assert topmost_folders([]) == {}
