from __future__ import annotations

import re

import pytest

from fourfold.backend.isabelle.sandbox.isabelle_audit import (
    AuditError,
    audit_call,
    changed_names,
    full_name,
    inventory_call,
    ml_string,
    names_call,
    printable,
    read_answer,
    read_inventory,
    read_names,
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
    "toolchain": [["Pure", 3], ["HOL.Nat", 40]],
    "statements": [("S.A.t", "S.A", "A.t", 'x = "y\\z" \\<and> ü')],
}


def _answer(*rows: tuple[str, ...], nonce: str = NONCE) -> str:
    everything = [("begin", nonce), *rows, ("end", nonce)]
    return "".join("\t".join(row) + "\n" for row in everything)


THEORIES = (
    ("theory", "P.Low", "true"),
    ("theory", "S.A", "true"),
    ("parent", "S.A", "P.Low"),
    ("theory", "S.B", "true"),
)


def _fact(
    theory: str, name: str, *, hidden: str = "false", closed: str = "true",
    generator: str = "false", kind: str = "theorem",
) -> tuple:
    return ("fact", theory, name, hidden, closed, generator, kind, f"statement of {name}")


def _skips(theory: str, name: str, serial: str) -> tuple:
    return ("oracle", theory, name, "Pure.skip_proof", "", serial)


def _names(answer: dict) -> dict[str, list[str]]:
    return {name: [a["name"] for a in found] for name, found in answer["constants"].items()}


def test_fake_answer_facts_by_their_full_names_and_what_they_rest_on() -> None:
    text = _answer(
        *THEORIES,
        ("axiom", "P.Low", "Low.gap", "False"),
        _fact("P.Low", "Low.later"), ("serial", "P.Low", "Low.later", "7"),
        _skips("P.Low", "Low.later", "7"),
        _fact("S.A", "A.t"), ("serial", "S.A", "A.t", "9"),
        _skips("S.A", "A.t", "7"),
        ("oracle", "S.A", "A.t", "A.cheat", "S.A", "9"),
        _fact("S.B", "B.u"), ("serial", "S.B", "B.u", "11"),
        ("statement", "S.A.t", "proved"),
    )
    found = read_answer(text, REQUEST, NONCE)
    # The axiom counts for the theory above it, not for the one beside it.
    assert _names(found) == {"S.A.t": ["P.Low.gap", "P.Low.later", "oracle:S.A.cheat"], "S.B.u": []}
    assert found["wrong_statements"] == {}
    later = found["constants"]["S.A.t"][1]
    assert later == {
        "name": "P.Low.later", "statement": "(statement of Low.later)", "unsafe": "",
        "home": "P.Low", "admitted": True,
    }
    assert found["kinds"] == {"S.A.t": "theorem", "S.B.u": "theorem"}
    assert found["refused"] == []


def test_fake_answer_a_skipped_proof_counts_for_the_theorem_in_whose_proof_it_is() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", "A.t"), ("serial", "S.A", "A.t", "5"),
        _skips("S.A", "A.t", "5"),
        _fact("S.A", "A.alias"), ("serial", "S.A", "A.alias", "5"),
        _skips("S.A", "A.alias", "5"),
        _fact("S.A", "A.unnamed"), ("serial", "S.A", "A.unnamed", "0"),
        _skips("S.A", "A.unnamed", "0"),
        _fact("S.A", "A.lost"), ("serial", "S.A", "A.lost", "6"),
        _skips("S.A", "A.lost", "999"),
    )
    assert _names(read_answer(text, {**REQUEST, "theories": ["S.A"]}, NONCE)) == {
        "S.A.t": ["S.A.t"],
        "S.A.alias": ["S.A.t"],
        "S.A.unnamed": ["S.A.unnamed"],
        "S.A.lost": ["S.A.lost"],
    }


def test_fake_answer_hidden_and_open_facts_are_no_theorems() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", "A.hidden", hidden="true"),
        _fact("S.A", "A.open", closed="false"),
        _fact("S.A", "A.t"),
    )
    assert list(read_answer(text, REQUEST, NONCE)["constants"]) == ["S.A.t"]


def test_fake_answer_a_wrong_statement_is_kept_with_what_isabelle_said() -> None:
    text = _answer(("statement", "S.A.t", "it states a\\tb\\n\\\\<and> c"))
    found = read_answer(text, REQUEST, NONCE)
    assert found["wrong_statements"] == {"S.A.t": "it states a b \\<and> c"}


@pytest.mark.parametrize("first,second", [("Zz.t", "A.Zz.t"), ("A.Zz.t", "Zz.t")])
def test_fake_answer_two_facts_of_one_name_are_judged_and_refused(first: str, second: str) -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", first), ("serial", "S.A", first, "3"),
        ("oracle", "S.A", first, "A.cheat", "S.A", "3"),
        _fact("S.A", second), ("serial", "S.A", second, "4"),
    )
    found = read_answer(text, REQUEST, NONCE)
    assert _names(found) == {"S.A.Zz.t": ["oracle:S.A.cheat"]}
    (message,) = found["refused"]
    assert "`A.Zz.t` of S.A and `Zz.t` of S.A, are both called S.A.Zz.t" in message


def test_fake_answer_two_axioms_of_one_name_are_refused() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        ("axiom", "S.A", "A.gap", "True"), ("axiom", "S.A", "gap", "False"), _fact("S.A", "A.t"),
    )
    found = read_answer(text, REQUEST, NONCE)
    # What is permitted under that name does not hide the other one: both are listed.
    assert [a["statement"] for a in found["constants"]["S.A.t"]] == ["True", "False"]
    assert "are both called axiom S.A.gap" in found["refused"][0]


def test_fake_answer_axioms_of_two_theories_with_one_name_are_refused() -> None:
    text = _answer(
        ("theory", "S.A", "true"), ("axiom", "S.A", "B.gap", "True"),
        ("theory", "S.A.B", "true"), ("axiom", "S.A.B", "B.gap", "False"),
    )
    (message,) = read_answer(text, REQUEST, NONCE)["refused"]
    assert "`B.gap` of S.A and `B.gap` of S.A.B, are both called axiom S.A.B.gap" in message


def test_fake_answer_an_oracle_of_the_session_has_no_name_of_the_toolchains() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", "A.t"), ("serial", "S.A", "A.t", "3"),
        ("oracle", "S.A", "A.t", "Code_Generator.holds_by_evaluation", "S.A", "3"),
        _fact("S.A", "A.u"), ("serial", "S.A", "A.u", "4"),
        ("oracle", "S.A", "A.u", "Code_Generator.holds_by_evaluation", "", "4"),
    )
    assert _names(read_answer(text, REQUEST, NONCE)) == {
        "S.A.t": ["oracle:S.A.Code_Generator.holds_by_evaluation"],
        "S.A.u": ["oracle:Code_Generator.holds_by_evaluation"],
    }


@pytest.mark.parametrize("name", ["HOL.Nat", "Pure", "S.Hidden", "Unnamed"])
def test_fake_answer_a_theory_of_nobody_is_refused_whatever_it_is_called(name: str) -> None:
    text = _answer(("theory", name, "false"), ("theory", "S.A", "true"), ("parent", "S.A", name))
    (message,) = read_answer(text, REQUEST, NONCE)["refused"]
    assert f"rest on the theory {name}, which is neither the session's" in message


SIMPS = "A.tree.full_exhaustive_tree.simps"


def _generator(*more: tuple, shape: str = "true") -> dict:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", SIMPS, generator=shape), ("serial", "S.A", SIMPS, "3"),
        _skips("S.A", SIMPS, "3"), *more,
    )
    return read_answer(text, REQUEST, NONCE)


def test_fake_answer_quickchecks_equations_are_no_theorems_and_no_obligations() -> None:
    found = _generator(_fact("S.A", "A.t"), ("serial", "S.A", "A.t", "4"))
    assert _names(found) == {"S.A.t": []}


def test_fake_answer_what_rests_on_one_of_them_rests_on_a_skipped_proof() -> None:
    found = _generator(
        _fact("S.A", "A.t"), ("serial", "S.A", "A.t", "4"), _skips("S.A", "A.t", "3")
    )
    (rests_on,) = found["constants"]["S.A.t"]
    assert rests_on["name"] == f"S.{SIMPS}" and rests_on["admitted"]


def test_fake_answer_a_name_alone_makes_no_generator() -> None:
    assert _names(_generator(shape="false")) == {f"S.{SIMPS}": [f"S.{SIMPS}"]}


def test_fake_answer_a_generator_that_rests_on_another_thing_is_judged() -> None:
    another = _generator(("oracle", "S.A", SIMPS, "A.cheat", "S.A", "3"))
    assert "oracle:S.A.cheat" in _names(another)[f"S.{SIMPS}"]
    borrowed = _generator(
        _fact("S.A", "A.later"), ("serial", "S.A", "A.later", "8"), _skips("S.A", SIMPS, "8")
    )
    assert "S.A.later" in _names(borrowed)[f"S.{SIMPS}"]


def test_fake_answer_messages_have_no_control_characters_and_an_end() -> None:
    text = _answer(("theory", "S.A", "true"), ("axiom", "S.A", "A.gap", "\x05\x06x" * 5000))
    request = {**REQUEST, "theories": []}
    assert read_answer(text, request, NONCE)["constants"] == {}
    assert printable("a\x05\x06b\x7f") == "a  b "
    assert len(printable("x" * 9000)) < 2010


def test_fake_answer_kinds_and_what_a_statement_mentions() -> None:
    text = _answer(
        ("theory", "S.A", "true"),
        _fact("S.A", "A.none", kind="a list of no theorems"), ("mention", "S.A", "A.none", "", "f"),
        ("mention", "S.A", "A.none", "HOL.Nat", "Nat.Suc"),
    )
    found = read_answer(text, REQUEST, NONCE)
    assert found["kinds"] == {"S.A.none": "a list of no theorems"}
    assert found["mentions"] == {"S.A.none": ["f", "HOL.Nat.Suc"]}


def test_fake_answer_the_inventory_leaves_the_auditors_own_theory_out() -> None:
    text = _answer(
        ("toolchain", "Pure", "3"), ("toolchain", "Fourfold_Audit.Fourfold_Audit", "99")
    )
    assert read_inventory(text, NONCE) == {"toolchain": [["Pure", 3]]}
    files = theory_files({**REQUEST, "base": []}, inventory_call(NONCE, "/out"), "names")
    assert f'inventory {{nonce = "{NONCE}", output = "/out"}}' in files["Fourfold_Audit.thy"]


@pytest.mark.parametrize(
    "text",
    ["", _answer(nonce="another"), _answer().splitlines()[0], "begin\t0123abcd\nfact\n"],
)
def test_fake_answer_an_answer_of_another_run_or_half_of_one_is_refused(text: str) -> None:
    with pytest.raises(AuditError, match="not of this run"):
        read_answer(text, REQUEST, NONCE)


def test_fake_answer_an_unknown_record_is_refused() -> None:
    with pytest.raises(AuditError, match="a record `novelty`"):
        read_answer(_answer(("novelty", "x")), REQUEST, NONCE)


def test_names() -> None:
    assert full_name("S.A", "A.t") == "S.A.t"
    assert full_name("S.A", "A.locale.t") == "S.A.locale.t"
    assert full_name("My-S.A", "Other.t") == "My-S.A.Other.t"


def test_text_is_quoted_for_ml() -> None:
    assert ml_string('a"b\\c\nü') == '"a\\034b\\092c\\010\\195\\188"'
    # A symbol after a backslash ends Isabelle's reading of the literal.
    assert ml_string("A \\<and> B") == '"A \\092<and> B"'


def test_the_auditing_session_imports_the_toolchain_alone() -> None:
    files = theory_files(REQUEST, audit_call(REQUEST, NONCE, "/out/answer"), "names")
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
    assert 'toolchain = [("Pure", 3), ("HOL.Nat", 40)]' in call
    assert (
        '("S.A.t", "S.A", "A.t", "x = \\034y\\092z\\034 \\092<and> \\195\\188", [])' in call
    )
    assert f'nonce = "{NONCE}"' in call and 'output = "/out/answer"' in call


def test_constants_of_the_session_become_variables() -> None:
    text, names = with_variables(
        "A.f (B.g x) = A.f B.g' + x.A.f + Set.f", ["S.A", "P.B"], ["HOL.Set"]
    )
    assert text == "fourfold0 (fourfold1 x) = fourfold0 fourfold2 + x.A.f + Set.f"
    assert names == [("fourfold0", "A.f"), ("fourfold1", "B.g"), ("fourfold2", "B.g'")]


def test_a_theory_with_a_name_of_the_toolchains_must_be_written_with_its_session() -> None:
    with pytest.raises(AuditError, match="`Nat.add` in the statement .* write its session"):
        with_variables("Nat.add x y", ["S.Nat"], ["HOL.Nat"])
    text, names = with_variables("S.Nat.add x y = S.Nat.zero", ["S.Nat"], ["HOL.Nat"])
    assert text == "fourfold0 x y = fourfold1"
    assert names == [("fourfold0", "Nat.add"), ("fourfold1", "Nat.zero")]


def test_a_session_over_pure() -> None:
    request = {**REQUEST, "base": [], "sessions": [], "statements": []}
    files = theory_files(request, audit_call(request, NONCE, "x"), "names")
    assert 'imports "Pure"' in files["Fourfold_Audit.thy"]
    assert "sessions" not in files["ROOT"]


# As names.ML wrote them in a real Isabelle of August 2024, before and after
# `ML_export \<open>structure Theory = struct open Theory ... end  infix 3 foo\<close>` by hand.
REAL_NAMES = (
    ("value", "writeln", "General/output.ML:9:0:0"),
    ("structure", "Theory", "theory.ML:44:0:0"),
    ("structure", "Thm", "more_thm.ML:125:0:0"),
)
REAL_CHANGE = (
    ("value", "writeln", "General/output.ML:9:0:0"),
    ("structure", "Theory", "n2.ML:1:0:0"),
    ("structure", "Thm", "more_thm.ML:125:0:0"),
    ("infix", "foo", "infix 3 foo\\10"),
)


def test_ml_names_that_stand_for_something_else_are_refused() -> None:
    known = read_names(_answer(*REAL_NAMES), NONCE)
    assert known["structure Theory"] == "theory.ML:44:0:0"
    assert changed_names(known, known) == []
    (message,) = changed_names(read_names(_answer(*REAL_CHANGE), NONCE), known)
    assert "infix foo, structure Theory. Write `ML`" in message and "Thm" not in message
    # One that is gone is missed as well.
    (message,) = changed_names({}, known)
    assert "structure Theory, structure Thm, value writeln." in message
    many = {f"value v{i}": "" for i in range(10)}
    assert "value v4 and 5 more." in changed_names(many, {})[0]


def test_a_list_of_ml_names_of_another_run_is_refused() -> None:
    with pytest.raises(AuditError, match="no answer"):
        read_names(_answer(*REAL_NAMES, nonce="another"), NONCE)
    with pytest.raises(AuditError, match="no answer"):
        read_names("", NONCE)


def test_ml_names_are_listed_where_none_that_theories_share_is_read() -> None:
    files = theory_files(REQUEST, "audit", names_call(NONCE, "/out/names"))
    theory = files["Fourfold_Audit_Names.thy"]
    assert "imports ML_Bootstrap\n" in theory and "ML_file \\<open>names.ML\\<close>" in theory
    assert f'Fourfold_Names.write {{nonce = "{NONCE}", output = "/out/names"}}' in theory
    assert "theories Fourfold_Audit_Names Fourfold_Audit\n" in files["ROOT"]


def test_fake_answer_what_a_statement_prints_ends_no_record() -> None:
    odd = "a\x0bb\x85c\u2028d\re"
    text = _answer(*THEORIES, (*_fact("S.A", "A.t")[:-1], odd), ("statement", "S.A.t", odd))
    found = read_answer(text, REQUEST, NONCE)
    assert found["constants"] == {"S.A.t": []}
    assert found["wrong_statements"] == {"S.A.t": "a b c d e"}


# What audit.ML wrote in a real Isabelle of August 2024 of a theory T over Pure: an axiom `gap`, from
# which `bad` is proved, an oracle `cheat`, a skipped proof and one that uses it.
REAL_ANSWER = """\
begin\tn1
theory\tS.T\ttrue
axiom\tS.T\tT.gap\t\\\\<And>A. PROP A
fact\tS.T\tT.bad\tfalse\ttrue\tfalse\ttheorem\tPROP ?B
serial\tS.T\tT.bad\t138
fact\tS.T\tT.cheated\tfalse\ttrue\tfalse\ttheorem\t\\\\<And>x. PROP x
mention\tS.T\tT.cheated\tPure\tPure.all
serial\tS.T\tT.cheated\t130
oracle\tS.T\tT.cheated\tT.cheat\tS.T\t130
fact\tS.T\tT.sorried\tfalse\ttrue\tfalse\ttheorem\tPROP ?D
serial\tS.T\tT.sorried\t146
oracle\tS.T\tT.sorried\tPure.skip_proof\t\t146
fact\tS.T\tT.uses\tfalse\ttrue\tfalse\ttheorem\tPROP ?D
serial\tS.T\tT.uses\t152
oracle\tS.T\tT.uses\tPure.skip_proof\t\t146
statement\tS.T.bad\tproved
statement\tS.T.uses\tInner lexical error\\nat "\u27f9 PROP X"\\nFailed to parse prop
end\tn1
"""


def test_an_answer_of_a_real_isabelle() -> None:
    request = {"theories": ["S.T"], "imported": []}
    found = read_answer(REAL_ANSWER, request, "n1")
    assert _names(found) == {
        "S.T.bad": ["S.T.gap"],
        "S.T.cheated": ["S.T.gap", "oracle:S.T.cheat"],
        "S.T.sorried": ["S.T.gap", "S.T.sorried"],
        "S.T.uses": ["S.T.gap", "S.T.sorried"],
    }
    gap, skipped = found["constants"]["S.T.uses"]
    assert gap["statement"] == "\\<And>A. PROP A" and not gap["admitted"]
    assert skipped["admitted"] and skipped["statement"] == "(PROP ?D)"
    assert found["wrong_statements"].keys() == {"S.T.uses"} and found["refused"] == []


def test_an_empty_list_of_ml_names_is_no_answer() -> None:
    with pytest.raises(AuditError, match="listed no ML names"):
        read_names("begin\tn\nend\tn\n", "n")
