from __future__ import annotations

from fourfold.backend.coq.extra_files import chosen_file, load_message, refused_message
from fourfold.backend.coq.scanner import CoqFileUse


def test_the_nearest_file_of_the_name_is_meant() -> None:
    files = ["other/notes.txt", "lib/deep/notes.txt", "lib/notes.txt", "lib/my_notes.txt"]
    assert chosen_file(CoqFileUse("notes.txt", 1, "lib"), files, "lib") == "lib/notes.txt"
    assert chosen_file(CoqFileUse("deep/notes.txt", 1, "lib"), files, "lib") == (
        "lib/deep/notes.txt"
    )
    assert chosen_file(CoqFileUse("absent.txt", 1, "lib"), files, "lib") is None


def test_a_refused_load_names_the_file_and_what_to_do() -> None:
    said = load_message("lib/a.v", CoqFileUse("part", 3))
    assert said.startswith("lib/a.v:3: `Load part` is refused") and "part.v" in said
    assert "Require Import" in said


def test_no_compiled_file_and_nothing_from_elsewhere_is_given_to_coq() -> None:
    for name in ("evil.vo", "sub/evil.vos", "plugin.cmxs", "../notes.txt", "/etc/x", ""):
        said = refused_message("lib/a.v", CoqFileUse(name, 2, "lib"))
        assert said is not None and said.startswith("lib/a.v:2: ")
    assert refused_message("lib/a.v", CoqFileUse("sub/notes.txt", 2, "lib")) is None
