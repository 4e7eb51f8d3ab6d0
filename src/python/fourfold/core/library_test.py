from __future__ import annotations

from typing import Any

from fourfold.core.library import Claims, Library, Member, conclude_library, unmet_claims
from fourfold.core.verdict import Verdict


def member(module: str, *constants: str, claims: Claims, **more: Any) -> Member:
    fields = dict(verdict=Verdict.CLEAN, constants=frozenset(constants), claims=claims)
    return Member(address=f"lib/{module}.v", module=module, **{**fields, **more})


def theorems(*names: str) -> Claims:
    return Claims(theorems=frozenset(names))


def ious(*names: str) -> Claims:
    return Claims(ious=frozenset(names))


def library(claims: Claims, *members: Member, **more: Any) -> Library:
    return Library(claims, members, "lib/BUILD", **more)


def two_modules(claims: Claims, **more: Any) -> Library:
    return library(
        claims,
        member("Lib.a", "Lib.a.t", claims=claims, **more),
        member("Lib.b", "Lib.b.u", claims=claims, **more),
    )


def test_met_claims_are_clean() -> None:
    met = two_modules(theorems("Lib.a.t", "Lib.b.u"))
    assert unmet_claims(met) == [] and conclude_library(met, [], ()).verdict is Verdict.CLEAN


def test_claims_that_no_module_answers_for() -> None:
    for name, hint in (
        ("Lib.c.t", "begins with that of no module of the library (Lib.a, Lib.b)."),
        ("t", "begins with that of no module"),
        ("Lbi.a.t", "Did you mean Lib.a.t"),
        ("Lib.t", "begins with that of no module"),
    ):
        (said,) = unmet_claims(two_modules(theorems(name)))
        assert f"the theorem {name}, claimed in lib/BUILD, does not exist" in said and hint in said


def test_a_claim_is_met_once() -> None:
    claims = theorems("Lib.a.b.t")
    nested = member("Lib.a", "Lib.a.b.t", claims=claims)
    beside = member("Lib.a.b", "Lib.a.b.t", claims=claims)
    (said,) = unmet_claims(library(claims, nested, beside))
    assert "Lib.a.b.t is in more than one module: Lib.a (lib/Lib.a.v) and Lib.a.b" in said
    # The same module for two toolchains is one module.
    assert unmet_claims(library(claims, beside, beside)) == []


def test_overrides_are_for_their_file() -> None:
    own, none = theorems("Lib.b.u"), Claims()
    a, b = member("Lib.a", "Lib.a.t", claims=own), member("Lib.b", "Lib.b.u", claims=none)
    (said,) = unmet_claims(library(none, a, b))
    assert "Lib.a (lib/Lib.a.v) does not have the theorem Lib.b.u" in said
    assert "begins with that of Lib.b" in said
    both = [member("Lib.a", "Lib.a.t", claims=own), member("Lib.b", "Lib.b.u", claims=own)]
    assert len(unmet_claims(library(none, *both))) == 1


def test_a_module_with_other_claims_does_not_answer_for_those_of_the_library() -> None:
    claims = theorems("Lib.a.t")
    replaced = member("Lib.a", "Lib.a.t", "Lib.a.s", claims=theorems("Lib.a.s"))
    (said,) = unmet_claims(library(claims, replaced))
    assert "the theorem Lib.a.t is of Lib.a (lib/Lib.a.v), whose `overrides`" in said


def test_an_override_does_not_replace_what_the_library_says_of_a_theorem() -> None:
    def stating(statement: str) -> Claims:
        names = frozenset(["Lib.a.t"])
        return Claims(names, statements=frozenset([("Lib.a.t", statement)]))

    (said,) = unmet_claims(
        library(stating("False"), member("Lib.a", "Lib.a.t", claims=stating("True")))
    )
    assert "the theorem Lib.a.t must prove `False`, but the `overrides`" in said
    same = library(stating("True"), member("Lib.a", "Lib.a.t", claims=stating("True")))
    assert unmet_claims(same) == []


def test_ious_must_be_open_somewhere() -> None:
    claims = ious("Lib.a.l", "Other.m.l")
    opened = member("Lib.a", claims=claims, open_ious=frozenset(claims.ious))
    assert unmet_claims(library(claims, opened)) == []
    (said,) = unmet_claims(library(ious("Lib.c.l"), member("Lib.a", claims=ious("Lib.c.l"))))
    assert "the IOU Lib.c.l is not open any more, in no module" in said


def test_what_was_not_judged_is_not_called_absent() -> None:
    for verdict in (Verdict.NOT_AVAILABLE, Verdict.HARD_ERROR):
        unknown = two_modules(theorems("Lib.a.s"), verdict=verdict)
        assert unmet_claims(unknown) == [] and conclude_library(unknown, [], ()).verdict is verdict
        # By its name this one could be of neither.
        assert len(unmet_claims(two_modules(theorems("Lib.c.s"), verdict=verdict))) == 1


def test_names_that_say_nothing_of_the_module() -> None:
    claims = theorems("add_zero")
    a, b = member("Lib.A", "add_zero", claims=claims), member("Lib.B", claims=claims)
    assert unmet_claims(library(claims, a, b, names_begin_with_module=False)) == []
    (said,) = unmet_claims(library(claims, b, names_begin_with_module=False))
    assert "no closed, top-level constant of that name in Lib.B." in said
    failed = member("Lib.A", claims=claims, verdict=Verdict.HARD_ERROR)
    assert unmet_claims(library(claims, failed, b, names_begin_with_module=False)) == []


def test_one_failure_fails_the_library() -> None:
    good = member("Lib.a", claims=Claims())
    bad = member("Lib.b", claims=Claims(), verdict=Verdict.HARD_ERROR)
    owed = member("Lib.c", claims=Claims(), verdict=Verdict.IOU_ONLY)
    assert conclude_library(library(Claims(), good, bad), [], ()).verdict is Verdict.HARD_ERROR
    assert conclude_library(library(Claims(), good, owed), [], ()).verdict is Verdict.IOU_ONLY
    assert conclude_library(library(Claims(), good), ["unmet"], ()).verdict is Verdict.HARD_ERROR
