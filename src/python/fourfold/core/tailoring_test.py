from __future__ import annotations

import pytest

from fourfold.core.project_files import Root
from fourfold.core.tailoring import LibraryPlan, fitting_name, plan_libraries, topmost_folders


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


def no_dash(folder: str, file: str) -> str | None:
    relative = file[len(folder) :]
    return f"{file} has a dash" if "-" in relative else None


def test_what_can_be_no_module_is_left_out_or_is_a_library_of_its_own() -> None:
    plans, refused = plan_libraries(
        ["lib/a.v", "lib/b-c.v", "lib/week-1/d.v", "lib/week-1/deep/e.v", "my-lib/f.v", "x/g-h.v"],
        no_dash,
    )
    assert plans == (
        LibraryPlan("lib", ("lib/a.v",), ("lib/b-c.v", "lib/week-1/d.v", "lib/week-1/deep/e.v")),
        LibraryPlan("lib/week-1", ("lib/week-1/d.v", "lib/week-1/deep/e.v")),
        LibraryPlan("my-lib", ("my-lib/f.v",)),
    )
    assert refused == ("lib/b-c.v has a dash", "x/g-h.v has a dash")


def test_project_files_say_where_libraries_begin() -> None:
    roots = (
        Root("lib/theories", "Lib"),
        Root("lib/theories/tests", "Lib.Tests"),
        Root("one", "One", deep=False),
    )
    files = [
        "lib/theories/a/b.v", "lib/theories/b-c.v", "lib/theories/tests/t.v", "lib/x.v",
        "one/d.v", "one/deep/e.v",
    ]  # fmt: skip
    plans, refused = plan_libraries(files, no_dash, roots)
    assert plans == (
        LibraryPlan("lib", ("lib/x.v",), nested=("lib/theories", "lib/theories/tests")),
        LibraryPlan(
            "lib/theories",
            ("lib/theories/a/b.v",),
            ("lib/theories/b-c.v",),
            ("lib/theories/tests",),
            roots[0],
        ),
        LibraryPlan("lib/theories/tests", ("lib/theories/tests/t.v",), root=roots[1]),
        LibraryPlan("one", ("one/d.v",), root=roots[2]),
        LibraryPlan("one/deep", ("one/deep/e.v",)),
    )
    assert refused == ("lib/theories/b-c.v has a dash",)


def test_a_file_that_the_project_file_does_not_list_has_no_target() -> None:
    root = Root("lib", "Lib", files=frozenset({"lib/a.v"}))
    plans, refused = plan_libraries(["lib/a.v", "lib/draft.v"], no_dash, [root])
    assert plans == (LibraryPlan("lib", ("lib/a.v",), ("lib/draft.v",), root=root),)
    assert refused == ()
    assert plan_libraries(["lib/draft.v"], no_dash, [root]) == ((), ())


@pytest.mark.parametrize(
    "folder, name",
    [("a/lib", "lib"), ("my-theory", "my_theory"), ("a/2nd", "L2nd"), ("a/1-b c", "L1_b_c")],
)
def test_a_folder_gets_a_name_that_a_module_can_have(folder: str, name: str) -> None:
    assert fitting_name(folder, str.isidentifier, "L") == name
