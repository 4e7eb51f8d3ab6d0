from __future__ import annotations

from fourfold.backend.coq.composition import composed, home_of
from fourfold.core.policy import Assumption

AXIOM = Assumption("Coq.Logic.classic", "forall P, P \\/ ~ P")
LEMMA = Assumption("Lib.a.lemma", "1 = 1")
OF_TOOLCHAIN = frozenset({"Coq.Logic"})
AUDITS = {"Lib.a": {"Lib.a.lemma": (AXIOM,), "Lib.a.closed": ()}}


def homes(*names: str) -> dict[str, str | None]:
    return {n: home_of(n, AUDITS) or home_of(n, OF_TOOLCHAIN) for n in names}


def test_the_home_is_the_longest_module_that_fits() -> None:
    assert home_of("Lib.a.b.t", ["Lib.a", "Lib.a.b", "Lib"]) == "Lib.a.b"
    assert home_of("Library.t", ["Lib"]) is None


def test_an_imported_lemma_gives_way_to_what_it_rests_on() -> None:
    found = composed({"Lib.b.t": [LEMMA]}, homes(LEMMA.name), AUDITS, OF_TOOLCHAIN)
    assert found == {"Lib.b.t": [AXIOM]}


def test_a_lemma_that_rests_on_nothing_leaves_nothing() -> None:
    closed = Assumption("Lib.a.closed", "True")
    found = composed({"Lib.b.t": [closed]}, homes(closed.name), AUDITS, OF_TOOLCHAIN)
    assert found == {"Lib.b.t": []}


def test_an_axiom_of_the_toolchain_stays() -> None:
    found = composed({"Lib.b.t": [AXIOM, LEMMA]}, homes(AXIOM.name, LEMMA.name), AUDITS,
                     OF_TOOLCHAIN)
    assert found == {"Lib.b.t": [AXIOM]}


def test_what_is_not_settled_needs_the_whole_closure() -> None:
    own = Assumption("Lib.b.F.lemma", "1 = 1")
    hidden = Assumption("Lib.a.Seal.lemma", "1 = 1")
    bypassed = Assumption("Lib.a.closed", "", "guard")
    for assumption in (own, hidden, bypassed):
        known = homes(assumption.name)
        assert composed({"Lib.b.t": [assumption]}, known, AUDITS, OF_TOOLCHAIN) is None
