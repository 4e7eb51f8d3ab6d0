from __future__ import annotations

from fourfold.backend.coq.composition import composed, home_of, strangers
from fourfold.core.policy import Assumption, AxiomPolicy

AXIOM = Assumption("Coq.Logic.classic", "forall P, P \\/ ~ P", home="Coq.Logic")
LEMMA = Assumption("Lib.a.lemma", "1 = 1", home="Lib.a")
OF_TOOLCHAIN = frozenset({"Coq.Logic"})
AUDITS = {"Lib.a": {"Lib.a.lemma": (AXIOM,), "Lib.a.closed": ()}}


def test_the_home_is_the_longest_module_that_fits() -> None:
    assert home_of("Lib.a.b.t", ["Lib.a", "Lib.a.b", "Lib"]) == "Lib.a.b"
    assert home_of("Library.t", ["Lib"]) is None


def test_an_imported_lemma_gives_way_to_what_it_rests_on() -> None:
    assert composed({"Lib.b.t": [LEMMA]}, "Lib.b", AUDITS, OF_TOOLCHAIN) == {"Lib.b.t": [AXIOM]}


def test_a_lemma_that_rests_on_nothing_leaves_nothing() -> None:
    closed = Assumption("Lib.a.closed", "True", home="Lib.a")
    assert composed({"Lib.b.t": [closed]}, "Lib.b", AUDITS, OF_TOOLCHAIN) == {"Lib.b.t": []}


def test_an_axiom_of_the_toolchain_stays() -> None:
    found = composed({"Lib.b.t": [AXIOM, LEMMA]}, "Lib.b", AUDITS, OF_TOOLCHAIN)
    assert found == {"Lib.b.t": [AXIOM]}


def test_what_is_not_settled_needs_the_whole_closure() -> None:
    own = Assumption("Lib.b.F.lemma", "1 = 1", home="Lib.b")
    hidden = Assumption("Lib.a.Seal.lemma", "1 = 1", home="Lib.a")
    bypassed = Assumption("Lib.a.closed", "", "guard", "Lib.a")
    unsure = Assumption("Lib.a.closed", home="Lib or Lib.a")
    for assumption in (own, hidden, bypassed, unsure):
        assert composed({"Lib.b.t": [assumption]}, "Lib.b", AUDITS, OF_TOOLCHAIN) is None


def test_the_file_that_declares_a_name_answers_for_it() -> None:
    """`b` is a module inside a.v, and a/b.v is another file."""
    cheat = Assumption("Lib.a.b.c", "False", home="Lib.a")
    gap = Assumption("Lib.a.gap", "False", home="Lib.a")
    audits = {"Lib.a": {"Lib.a.b.c": (gap,)}, "Lib.a.b": {"Lib.a.b.c": ()}}
    assert composed({"Lib.t": [cheat]}, "Lib.t", audits, OF_TOOLCHAIN) == {"Lib.t": [gap]}


def test_a_permitted_name_is_that_of_one_file() -> None:
    policy = AxiomPolicy(("Lib.a.b.*",), ("Lib.a.gap",))
    inside = Assumption("Lib.a.b.ax", home="Lib.a")
    gap = Assumption("Lib.a.gap", home="Lib.a")
    constants = {"Lib.t": [inside, gap]}
    assert strangers(constants, policy, {"Lib.a", "Lib.t"}) == []
    (message,) = strangers(constants, policy, {"Lib.a", "Lib.a.b", "Lib.t"})
    assert message.startswith("Lib.a.b.ax is permitted as an axiom of the module Lib.a.b, and ")
    assert "declared in Lib.a:" in message
