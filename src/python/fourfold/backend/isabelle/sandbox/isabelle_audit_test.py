from __future__ import annotations

import re

import pytest

from fourfold.backend.isabelle.sandbox.isabelle_audit import (
    AuditError,
    full_name,
    ml_string,
    read_answer,
    theory_files,
    with_variables,
)

NONCE = "0123abcd"
REQUEST = {
    "session": "S",
    "sessions": ["HOL-Library"],
    "base": ["HOL-Library.FSet", "Main"],
    "theories": ["S.A", "S.B"],
    "imported": ["P.Low"],
    "statements": [("S.A.t", "A.t", 'x = "y\\z" \\<and> ü')],
}


def _answer(*rows: tuple[str, ...], nonce: str = NONCE) -> str:
    everything = [("begin", nonce), *rows, ("end", nonce)]
    return "".join("\t".join(row) + "\n" for row in everything)


THEORIES = (
    ("theory", "P.Low", "false"),
    ("theory", "S.A", "true"),
    ("parent", "S.A", "P.Low"),
    ("parent", "S.A", "Main"),
    ("theory", "S.B", "true"),
)


def _fact(theory: str, name: str, *, hidden: str = "false", closed: str = "true") -> tuple:
    return ("fact", theory, name, hidden, closed, f"statement of {name}")


def _names(answer: dict) -> dict[str, list[str]]:
    return {name: [a["name"] for a in found] for name, found in answer["constants"].items()}


def test_facts_by_their_full_names_and_what_they_rest_on() -> None:
    text = _answer(
        *THEORIES,
        ("axiom", "P.Low", "Low.gap", "False"),
        _fact("P.Low", "Low.later"), ("serial", "P.Low", "Low.later", "7"),
        ("oracle", "P.Low", "Low.later", "Pure.skip_proof", "7"),
        _fact("S.A", "A.t"), ("serial", "S.A", "A.t", "9"),
        ("oracle", "S.A", "A.t", "Pure.skip_proof", "7"),
        ("oracle", "S.A", "A.t", "A.cheat", "9"),
        _fact("S.B", "B.u"), ("serial", "S.B", "B.u", "11"),
        ("statement", "S.A.t", "proved"),
    )
    found = read_answer(text, REQUEST, NONCE)
    # The axiom counts for the theory above it, not for the one beside it.
    assert _names(found) == {"S.A.t": ["P.Low.gap", "P.Low.later", "oracle:A.cheat"], "S.B.u": []}
    assert found["wrong_statements"] == {}
    later = found["constants"]["S.A.t"][1]
    assert later == {"name": "P.Low.later", "statement": "statement of Low.later", "unsafe": ""}


def test_a_skipped_proof_counts_for_the_theorem_in_whose_proof_it_is() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", "A.t"), ("serial", "S.A", "A.t", "5"),
        ("oracle", "S.A", "A.t", "Pure.skip_proof", "5"),
        _fact("S.A", "A.alias"), ("serial", "S.A", "A.alias", "5"),
        ("oracle", "S.A", "A.alias", "Pure.skip_proof", "5"),
        _fact("S.A", "A.unnamed"), ("serial", "S.A", "A.unnamed", "0"),
        ("oracle", "S.A", "A.unnamed", "Pure.skip_proof", "0"),
        _fact("S.A", "A.lost"), ("serial", "S.A", "A.lost", "6"),
        ("oracle", "S.A", "A.lost", "Pure.skip_proof", "999"),
    )
    assert _names(read_answer(text, {**REQUEST, "theories": ["S.A"]}, NONCE)) == {
        "S.A.t": ["S.A.t"],
        "S.A.alias": ["S.A.t"],
        "S.A.unnamed": ["S.A.unnamed"],
        "S.A.lost": ["S.A.lost"],
    }


def test_hidden_and_open_facts_are_no_theorems() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", "A.hidden", hidden="true"),
        _fact("S.A", "A.open", closed="false"),
        _fact("S.A", "A.t"),
    )
    assert list(read_answer(text, REQUEST, NONCE)["constants"]) == ["S.A.t"]


def test_a_wrong_statement_is_kept_with_what_isabelle_said() -> None:
    text = _answer(("statement", "S.A.t", "it states a\\tb\\n\\\\<and> c"))
    found = read_answer(text, REQUEST, NONCE)
    assert found["wrong_statements"] == {"S.A.t": "it states a\tb\n\\<and> c"}


@pytest.mark.parametrize(
    "text",
    ["", _answer(nonce="another"), _answer().splitlines()[0], "begin\t0123abcd\nfact\n"],
)
def test_an_answer_of_another_run_or_half_of_one_is_refused(text: str) -> None:
    with pytest.raises(AuditError, match="not of this run"):
        read_answer(text, REQUEST, NONCE)


def test_an_unknown_record_is_refused() -> None:
    with pytest.raises(AuditError, match="a record `novelty`"):
        read_answer(_answer(("novelty", "x")), REQUEST, NONCE)


def test_names() -> None:
    assert full_name("S.A", "A.t") == "S.A.t"
    assert full_name("S.A", "A.locale.t") == "S.A.locale.t"
    assert full_name("My-S.A", "Other.t") == "My-S.A.Other.t"


def test_text_is_quoted_for_ml() -> None:
    assert ml_string('a"b\\c\nü') == '"a\\"b\\\\c\\010\\195\\188"'


def test_the_auditing_session_imports_the_toolchain_alone() -> None:
    files = theory_files(REQUEST, NONCE, "/out/answer")
    assert files["ROOT"].startswith('session Fourfold_Audit = "S" +\n')
    assert '  sessions "HOL-Library"\n' in files["ROOT"]
    theory = files["Fourfold_Audit.thy"]
    assert '  imports "HOL-Library.FSet" "Main"\nbegin' in theory
    assert theory.count("\\<open>") == theory.count("\\<close>") == 2
    call = theory.split("\\<open>")[-1].split("\\<close>")[0]
    for opening, closing in ("()", "[]", "{}"):
        plain = re.sub(r'"(?:[^"\\]|\\.)*"', "", call)
        assert plain.count(opening) == plain.count(closing)
    assert 'theories = ["S.A", "S.B"]' in call and 'imported = ["P.Low"]' in call
    assert '("S.A.t", "A.t", "x = \\"y\\\\z\\" \\\\<and> \\195\\188", [])' in call
    assert f'nonce = "{NONCE}"' in call and 'output = "/out/answer"' in call


def test_constants_of_the_session_become_variables() -> None:
    text, names = with_variables("A.f (B.g x) = A.f B.g' + x.A.f + Set.f", ["S.A", "P.B"])
    assert text == "fourfold0 (fourfold1 x) = fourfold0 fourfold2 + x.A.f + Set.f"
    assert names == [("fourfold0", "A.f"), ("fourfold1", "B.g"), ("fourfold2", "B.g'")]


def test_a_session_over_pure() -> None:
    request = {**REQUEST, "base": [], "sessions": [], "statements": []}
    files = theory_files(request, NONCE, "x")
    assert 'imports "Pure"' in files["Fourfold_Audit.thy"]
    assert "sessions" not in files["ROOT"]
