from __future__ import annotations

from typing import Any

import pytest

from fourfold.backend.agda.trusted import (
    Asked,
    Trusted,
    literal_operators,
    never_trusted,
    trusted_by,
)
from fourfold.core.policy import Assumption, AxiomPolicy


def answer(**more: Any) -> dict[str, Any]:
    return {"postulates": [], "bound": [], "options": [], "imports": [], **more}


def never(told: dict[str, Any], safe: bool = True, **asked: Any) -> list[str]:
    flags, axioms = asked.get("flags", ()), asked.get("axioms", ())
    wanted = Asked(safe, flags, AxiomPolicy(axioms), "lib/BUILD")
    return never_trusted(told, "M", "lib/M.agda", wanted, asked.get("macros", False))


def postulates(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "line": line} for line, name in enumerate(names, 1)]


def listed(name: str, statement: str, line: int) -> dict[str, Any]:
    return {"name": name, "statement": statement, "line": line}


def survey(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"postulates": list(found), "options": [], "refused": [], **more}


def told(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(t.name, t.statement, t.where) for t in trusted_by(answer, "M", "M.agda", False)]


def test_postulates_of_one_last_name_are_told_apart_by_their_order() -> None:
    found = survey(listed("p", "A → A", 9), listed("p", "⊥", 4))
    assert told(answer(postulates=postulates("M.In.p", "M.p"), survey=found)) == [
        ("M.In.p", "⊥", "M.agda:4"),
        ("M.p", "A → A", "M.agda:9"),
    ]


def test_what_nothing_reaches_is_listed_and_mixed_up_with_nothing() -> None:
    found = survey(listed("p", "⊥", 4), listed("p", "A → A", 9), listed("q", "⊥", 10))
    assert told(answer(postulates=postulates("M.In.p"), survey=found)) == [
        ("M.In.p", "", "M.agda"),
        ("M.p", "⊥", "M.agda:4"),
        ("M.p", "A → A", "M.agda:9"),
        ("M.q", "⊥", "M.agda:10"),
    ]


def test_only_some_options_can_be_permitted() -> None:
    options = ["--rewriting", "--type-in-type"]
    refused = ["line 3: Cannot use ETA pragma with safe flag."]
    found = answer(survey=survey(options=options, refused=refused), options=[options])
    assert never(found, safe=False) == [
        "lib/M.agda: the option --type-in-type is refused: no setting permits it",
        "lib/M.agda: refused, though `safe` is off: line 3: Cannot use ETA pragma with safe flag.",
    ]
    assert [t.name for t in trusted_by(found, "M", "M.agda", False)] == options
    assert never(answer(survey=survey(options=["--rewriting"])), safe=False) == []


def test_a_safe_module_has_no_postulate() -> None:
    (said,) = never(answer(postulates=postulates("M.p")))
    assert "postulates M.p, which Agda's `--safe` overlooks" in said
    assert never(answer(postulates=postulates("M.p")), safe=False) == []
    assert "have the name M._.p" in never(answer(postulates=postulates("M._.p", "M._.p")), False)[0]


@pytest.mark.parametrize(
    "imports, flags, refused",
    [
        (["Agda.Primitive"], (), False),
        (["Agda.Primitive.Cubical"], (), True),
        (["Agda.Builtin.Cubical.Path"], ("--cubical-compatible",), True),
        (["Agda.Builtin.Cubical.Path"], ("--erased-cubical",), False),
        (["Agda.Builtin.Cubicals"], (), False),
    ],
)
def test_cubical_primitives_are_asked_for(
    imports: list[str], flags: tuple[str, ...], refused: bool
) -> None:
    assert bool(never(answer(imports=imports), flags=flags)) is refused


def test_what_is_bound_to_builtins_is_permitted_by_name() -> None:
    bound = answer(bound=["BUILTIN M.f", "primitive M.primForce"])
    assert len(never(bound)) == 2
    assert 'add "BUILTIN M.f" to `axioms` in lib/BUILD' in never(bound)[0]
    assert never(bound, axioms=("BUILTIN M.f", "primitive M.*")) == []


def test_compositions_of_an_inferred_type_are_permitted_by_name() -> None:
    found = answer(composing=["M.c", "M.d"], inferred=["M.c"])
    (said,) = never(found)
    assert said.startswith("lib/M.agda: M.c has a cubical primitive where Agda infers its type")
    assert never(found, axioms=("composition M.c",)) == []
    # What a macro made can have been inferred anywhere.
    assert len(never(found, macros=True)) == 2


def test_options_of_the_file_are_asked_for() -> None:
    (said,) = never(answer(options=[["--safe", "--prop"]]))
    assert 'add "--prop" to `flags` in lib/BUILD' in said
    (said,) = never(answer(options=[["--sharing"]]))
    assert "Nothing permits it" in said
    assert never(answer(options=[["--rewriting"]]), safe=False) == []
    assert len(never(answer(options=[["--rewriting"]]))) == 1


@pytest.mark.parametrize(
    "entry, name, permitted",
    [
        ("M._*_", "M._*_", True),
        ("M._*_", "M._=>_", False),
        ("M.in[_]", "M.in[_]", True),
        ("M.x?_", "M.xy_", False),
        ("M.*", "M._*_", True),
        ("M.cho*", "M.choose", True),
    ],
)
def test_the_name_of_an_operator_is_no_glob(entry: str, name: str, permitted: bool) -> None:
    assert literal_operators(AxiomPolicy((entry,))).permits(Assumption(name)) is permitted


def test_a_postulate_of_a_module_called_builtin_is_a_postulate() -> None:
    assert Trusted("BUILTIN", "BUILTIN.p").is_postulate
    assert not Trusted("M", "BUILTIN M.p").is_postulate


def test_what_a_clause_binds_by_using_can_be_a_composition_without_a_trace() -> None:
    composing = {"composing": ["M.path"], "inferred": []}
    cubical = ("--cubical",)
    assert never(answer(**composing), flags=cubical) == []
    (said,) = never(answer(**composing, left_lets=True), flags=cubical)
    assert "M.path has a cubical primitive where Agda infers its type" in said
    permitted = ("composition M.path",)
    assert never(answer(**composing, left_lets=True), flags=cubical, axioms=permitted) == []
