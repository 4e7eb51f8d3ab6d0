from __future__ import annotations

import pytest

from fourfold.backend.isabelle.root import InvalidRoot, RootSession, RootTheories, parse_root

FULL = """
(* A (* nested *) comment. *)
chapter_definition "Our Work" (AFP big)
  description \\<open>session Wrong = HOL +\\<close>
chapter "Our Work"

session "My-Session" (main timing) in "src/thys" = "HOL-Library" +
  description "
    session Wrong = HOL +
  "
  options [document = pdf, timeout = 600, names_long, skip_proofs=false]
  sessions
    "HOL-Algebra" Other
  directories "Sub" ‹More/Deep›
  theories [document = false, condition = X]
    A
    "Sub/B" (global)
  theories
    \\<open>C\\<close>
  document_theories
    Other.D
  document_files
    "root.tex" "root.bib"
  document_files (in "figures")
    "a.pdf"
  export_files (in "out") [2]
    "*:**"
  export_classpath

session Second = Pure + theories E
"""


def test_all_of_an_entry() -> None:
    first, second = parse_root(FULL, "ROOT")
    assert first == RootSession(
        "My-Session",
        "src/thys",
        "HOL-Library",
        options=(
            ("document", "pdf"), ("timeout", "600"), ("names_long", "true"),
            ("skip_proofs", "false"),
        ),
        sessions=("HOL-Algebra", "Other"),
        directories=("Sub", "More/Deep"),
        theories=(
            RootTheories(
                ("A", "Sub/B"), (("document", "false"), ("condition", "X")), ("Sub/B",)
            ),
            RootTheories(("C",)),
        ),
        document_files=(
            ("document", "root.tex"), ("document", "root.bib"), ("figures", "a.pdf"),
        ),
    )
    assert first.theory_names == ("A", "Sub/B", "C") and first.line == 7
    assert (second.name, second.parent, second.theory_names) == ("Second", "Pure", ("E",))


def test_an_entry_without_a_parent_or_theories() -> None:
    (only,) = parse_root("session Pure =\n  options [threads = 1]\n", "ROOT")
    assert (only.parent, only.theories) == ("", ())


def test_a_file_of_chapters_alone() -> None:
    assert parse_root("chapter A\nchapter B\n", "ROOT") == ()


@pytest.mark.parametrize(
    "text,message",
    [
        ("session = HOL +", "x/ROOT:1: expected the name of a session, found `=`"),
        ("session A HOL", "x/ROOT:1: expected `=`, found `HOL`"),
        ("session A = HOL", "x/ROOT: expected `+`, found the end of the file"),
        ("session A = HOL +\ntheories\n", "expected the name of a theory, found the end"),
        ("session A = HOL +\ntheories [a = 1\nB", "x/ROOT:3: expected `]`, found `B`"),
        ("session A = HOL + theories B (local)", "expected `global`, found `local`"),
        ("theories A", "x/ROOT:1: expected `session` or `chapter`, found `theories`"),
        ("session A = HOL + theories B\nsession A = HOL + theories C", "x/ROOT:2: a second"),
        ('session A = HOL + description "', "x/ROOT: line 1: `\"` is never closed"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(InvalidRoot) as found:
        parse_root(text, "x/ROOT")
    assert message in str(found.value)
