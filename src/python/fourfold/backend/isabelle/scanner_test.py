from __future__ import annotations

import pytest

from fourfold.backend.isabelle.scanner import (
    OuterSyntaxError,
    TheoryImport,
    scan_theory,
    scan_tokens,
)


def _imports(text: str) -> list[str]:
    header = scan_theory(text)
    assert header is not None
    return [i.name for i in header.imports]


def test_a_plain_header() -> None:
    header = scan_theory("theory A\n  imports Main\nbegin\nend\n")
    assert header is not None
    assert header.name == "A" and header.imports == (TheoryImport("Main", 2),)


def test_all_ways_to_write_an_import() -> None:
    text = 'theory A imports B "C/D" Session.E "~~/src/HOL/Library/F" \\<open>G\\<close> ‹H› begin'
    assert _imports(text) == ["B", "C/D", "Session.E", "~~/src/HOL/Library/F", "G", "H"]


def test_what_an_import_names() -> None:
    def named(name: str) -> tuple[str, str]:
        found = TheoryImport(name, 1)
        return found.session, found.base

    assert named("Main") == ("", "Main")
    assert named("HOL-Library.FSet") == ("HOL-Library", "FSet")
    assert named("B/C") == ("", "C")
    assert named("../Some.Session/C") == ("", "C")


def test_keywords_and_abbreviations_are_no_imports() -> None:
    text = """
theory A
  imports B
  keywords "foo" :: thy_decl and "bar" "imports" :: quasi_command
  abbrevs "xx" = "\\<times>" and "begin" = ""
begin
lemma x imports Y
"""
    assert _imports(text) == ["B"]


def test_headings_text_comments_and_tags_before_the_header() -> None:
    text = """(* theory X imports Wrong (* nested *) begin *)
section ‹theory Y imports \\<open>Wrong\\<close> begin›
text \\<open>It's "quoted\\<close>
theory %invisible A imports %visible B \\<comment> \\<open>Wrong\\<close> (*C*) — ‹Wrong› D begin"""
    header = scan_theory(text)
    assert header is not None
    assert (header.name, [i.name for i in header.imports]) == ("A", ["B", "D"])
    assert [i.line for i in header.imports] == [4, 4]


@pytest.mark.parametrize("text", ["", "lemma x: True", "theory A imports B", 'theory "A'])
def test_no_header_is_no_answer(text: str) -> None:
    assert scan_theory(text) is None


@pytest.mark.parametrize("text", ["(* a (* b *)", "\\<open> a", "‹ ‹ ›", '"a', "`a"])
def test_what_is_never_closed(text: str) -> None:
    with pytest.raises(OuterSyntaxError, match="line 2: .* is never closed"):
        list(scan_tokens("\n" + text))


def test_strings_hold_escapes_and_cartouches_do_not() -> None:
    (string,) = scan_tokens('"a\\"b\\092c"')
    assert (string.kind, string.value) == ("text", 'a"b\\c')
    (cartouche,) = scan_tokens("\\<open>a \\<open>b\\<close> \"c\\<close>")
    assert cartouche.value == "a \\<open>b\\<close> \"c"


def test_names_hold_symbols_dots_and_primes() -> None:
    assert [t.value for t in scan_tokens("a.b' \\<alpha>1_x f_\\<^sub>2 A-B")] == [
        "a.b'", "\\<alpha>1_x", "f_\\<^sub>2", "A", "-", "B"
    ]
