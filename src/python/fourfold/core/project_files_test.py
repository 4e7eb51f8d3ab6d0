from __future__ import annotations

from fourfold.core.project_files import Root, roots_of

COQ_PROJECT = """\
# comment with -R in it
-R theories Lib
-Q test Lib.Tests
-Q ../../outside Other
-arg -w -arg -notation-overridden
-arg -set -arg "'Default Goal Selector=!'"
COQDOCFLAGS = --utf8

theories/a.v
"""


def test_a_coq_project_has_roots_and_flags() -> None:
    flags = ("-w", "-notation-overridden", "-set", "Default Goal Selector=!")
    said = dict(project="lib/_CoqProject", files=frozenset({"lib/theories/a.v"}))
    assert roots_of({"lib/_CoqProject": COQ_PROJECT}) == (
        Root("lib/test", "Lib.Tests", flags, **said),
        Root("lib/theories", "Lib", flags, **said),
    )


def test_the_root_of_the_repository_may_be_one_and_have_no_name() -> None:
    assert roots_of({"_CoqProject": '-R . ""'}) == (Root("", "", project="_CoqProject"),)


def test_dune_files_have_theories() -> None:
    dune = """
    ; (coq.theory (name Not.This))
    (include_subdirs qualified)
    (coq.theory (name Lib.Part) (package lib)
      (theories Stdlib) (flags :standard -noinit "-indices-matter"))
    """
    shallow = "(rocq.theory (name One))"
    assert roots_of({"a/dune": dune, "b/dune": shallow, "c/dune": "(executable (name x))"}) == (
        Root("a", "Lib.Part", ("-noinit", "-indices-matter"), project="a/dune"),
        Root("b", "One", deep=False, project="b/dune"),
    )


def test_flags_of_a_folder_above_are_the_default() -> None:
    env = "(env (dev (coq (flags -noinit))) (_ (coq (flags -indices-matter))))"
    own = "(coq.theory (name X) (flags :standard -w all))"
    projects = {"dune": env, "a/b/dune": own, "a/dune": "(coq.theory (name Y))"}
    assert [root.flags for root in roots_of(projects)] == [("-noinit",), ("-noinit", "-w", "all")]


def test_a_coq_project_goes_before_dune() -> None:
    projects = {"a/dune": "(coq.theory (name Dune))", "_CoqProject": "-R a Make -arg -noinit"}
    assert roots_of(projects) == (Root("a", "Make", ("-noinit",), project="_CoqProject"),)


def test_an_agda_library_has_folders_and_flags() -> None:
    text = """\
name: lib  -- its name
depend: standard-library
include: src
  more
flags:
  --without-K --exact-split
  -WnoUserWarning
"""
    flags = ("--without-K", "--exact-split", "-WnoUserWarning")
    assert roots_of({"x/lib.agda-lib": text}) == (
        Root("x/more", "", flags, project="x/lib.agda-lib"),
        Root("x/src", "", flags, project="x/lib.agda-lib"),
    )
    assert roots_of({"x.agda-lib": "name: x"}) == (Root("", "", project="x.agda-lib"),)


def test_what_is_no_project_file_is_passed_over() -> None:
    assert roots_of({"dune": "(coq.theory (name X)", "_CoqProject": '-R "a'}) == ()
