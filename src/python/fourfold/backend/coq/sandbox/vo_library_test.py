from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import vo_aliases  # noqa: E402
from vo_equality import Equality, same  # noqa: E402
from vo_library import (  # noqa: E402
    AXIOM,
    DEFINITION,
    FUNCTOR,
    MODULE_TYPE,
    PUBLIC,
    SEALED,
    Declaration,
    Name,
    canonical_name,
    names_in,
    unmarshal,
    user_name,
)


def kernel_name(path: str) -> list:
    """Of a path like `Lib.a/M/x`: a file, the modules in it, and a label."""
    file, *modules, label = path.split("/")
    directory: object = 0
    for part in file.split("."):
        directory = [0, part, directory]
    module = [0, directory]
    for inner in modules:
        module = [2, module, inner]
    return [0, module, label, 7]


def constant(path: str, alias_of: str = "") -> list:
    names = [kernel_name(p) for p in (path, alias_of) if p]
    return [10, [0, [len(names) - 1, *names], [0]]]


def test_names_are_told_by_the_file_that_they_are_of() -> None:
    inside, file = constant("L.a/b/c"), constant("L.a.b/c")
    assert not same(inside, file)
    (pair, index), = names_in(inside)
    assert (user_name(pair), index) == (Name("L.a", ("b", "c")), None)
    assert str(user_name(pair)) == str(Name("L.a.b", ("c",)))


def test_an_alias_is_the_same_as_what_it_stands_for() -> None:
    alias = constant("L.a/B/x", "L.a/A/x")
    assert same(alias, constant("L.a/A/x")) and not same(alias, constant("L.a/B/x"))
    assert str(canonical_name(names_in(alias)[0][0])) == "L.a.A.x"


def test_the_names_of_bound_variables_do_not_matter() -> None:
    x, y, none = ([0, [0, "x"], 0], [0, [0, "y"], 0], [0, 0, 0])
    assert same([7, x, [0, 1]], [7, y, [0, 1]]) and same([7, x, [0, 1]], [7, none, [0, 1]])
    assert not same([7, x, [0, 1]], [7, y, [0, 2]])


def test_the_name_of_a_universe_is_none_of_a_constant() -> None:
    assert names_in([0, [0, [0, [0, "Lib", 0], "", 3]]]) == []


def test_values_are_read_with_what_they_share() -> None:
    # ("ab", "ab", 5), the second string a reference to the first.
    body = b"\xb0\x22ab\x04\x01\x45"
    header = b"\x84\x95\xa6\xbe" + b"".join(n.to_bytes(4, "big") for n in (len(body), 2, 0, 0))
    assert unmarshal(header + body) == [0, "ab", "ab", 5]


class Closure:
    """One file, L.a, in which House is a functor."""

    name, functors, binders = "L.a", {("House",)}, {}

    def __init__(self, terms: list, *declarations: Declaration) -> None:
        self.compiled, self.declarations = [0, *terms, 0, 0, 0], declarations

    def proofs(self) -> list:
        return []

    def is_own(self, name: str) -> bool:
        return name == self.name

    def library(self, name: str) -> Closure | None:
        return self if name == self.name else None

    def views(self, name: Name) -> list[Declaration]:
        return [d for d in self.declarations if d.name == name]


BOOL = constant("Coq.Datatypes/bool")
TRUE, FALSE = constant("Coq.Datatypes/true"), constant("Coq.Datatypes/false")


def declared(path: str, body: object, where: str = PUBLIC) -> Declaration:
    kind = DEFINITION if body else AXIOM
    return Declaration(Name("L.a", tuple(path.split("/"))), kind, where, BOOL, body)


@pytest.mark.parametrize(
    "alias, meant, confused",
    [
        (TRUE, TRUE, False),
        (FALSE, TRUE, True),
        (constant("L.a/A/x"), None, False),  # `Module B := A`, of an axiom
        (TRUE, None, True),
        (None, TRUE, True),
        (None, None, True),  # two axioms of one type
    ],
)
def test_an_alias_must_be_what_it_stands_for(alias, meant, confused) -> None:
    term = constant("L.a/B/x", "L.a/A/x")
    closure = Closure([term], declared("A/x", meant), declared("B/x", alias))
    assert bool(vo_aliases.confused(closure, closure)) == confused


def test_an_alias_is_looked_at_behind_its_seal() -> None:
    term = constant("L.a/B/x", "L.a/A/x")
    seal, inside = declared("B/x", None), declared("B/x", TRUE, SEALED)
    honest = Closure([term], declared("A/x", TRUE), seal, inside)
    assert vo_aliases.confused(honest, honest) == []
    # Both have one type, and neither shows what it is.
    others = [declared("A/x", None), declared("A/x", FALSE, SEALED)]
    cheat = Closure([term], *others, seal, inside)
    assert len(vo_aliases.confused(cheat, cheat)) == 1


def test_what_an_alias_stands_for_may_be_known_by_its_seal_alone() -> None:
    term = constant("L.a/B/x", "L.a/A/x")
    meant = [declared("A/x", None), declared("A/x", TRUE, SEALED)]
    honest = Closure([term], *meant, declared("B/x", constant("L.a/A/x")))
    assert vo_aliases.confused(honest, honest) == []


def parameter(path: str, alias_of: str) -> list:
    """The constant of a path, an alias of `x` in the parameter X of a functor of L.a."""
    bound = [1, [0, 3, alias_of, [0, "a", [0, "L", 0]]]]
    return [10, [0, [1, kernel_name(path), [0, bound, "x", 7]], [0]]]


def test_a_parameter_stands_for_what_it_is_inside_its_functor_alone() -> None:
    bound = Declaration(Name("L.a", ("#3:X", "x")), AXIOM, MODULE_TYPE, BOOL, None)
    for functor, alarms in (("House", 0), ("Other", 1)):
        path = f"{functor}/B/x"
        term = parameter(f"L.a/{path}", "X")
        closure = Closure([term], bound, declared(path, term, FUNCTOR))
        closure.binders = {Name("L.a", ("#3:X",)): {("House",)}}
        assert len(vo_aliases.confused(closure, closure)) == alarms


def test_a_name_inside_a_functor_stands_for_one_instance() -> None:
    term = constant("L.a/A/Copy/lit", "L.a/House/Lamp/lit")
    inside = declared("House/Lamp/lit", constant("L.a/X/on"), FUNCTOR)
    one, other = declared("A/Copy/lit", TRUE), declared("B/Copy/lit", FALSE)
    honest = Closure([term], inside, one)
    assert vo_aliases.confused(honest, honest) == []
    cheat = Closure([term], inside, one, other)
    (message,) = vo_aliases.confused(cheat, cheat)
    assert message.startswith("the kernel takes L.a.A.Copy.lit for L.a.House.Lamp.lit, which is ")
    assert "No option permits it" in message and "`Module B := L.a.House A`" in message


@pytest.mark.parametrize("where", [SEALED, FUNCTOR, MODULE_TYPE])
def test_an_instance_that_can_have_more_instances_is_none(where) -> None:
    term = constant("L.a/A/Copy/lit", "L.a/House/Lamp/lit")
    inside = declared("House/Lamp/lit", constant("L.a/X/on"), FUNCTOR)
    cheat = Closure([term], inside, declared("A/Copy/lit", TRUE, where))
    assert len(vo_aliases.confused(cheat, cheat)) == 1


def test_an_instance_behind_a_seal_counts() -> None:
    term = constant("L.a/A/Copy/lit", "L.a/House/Lamp/lit")
    inside = declared("House/Lamp/lit", constant("L.a/X/on"), FUNCTOR)
    seal = [declared("B/Copy/lit", None), declared("B/Copy/lit", FALSE, SEALED)]
    cheat = Closure([term], inside, declared("A/Copy/lit", TRUE), *seal)
    assert len(vo_aliases.confused(cheat, cheat)) == 1


def level(number: int) -> list:
    return [0, 1000 + number, [0, [0, [0, "a", [0, "L", 0]], "", number]]]


def test_two_copies_are_equal_if_their_universes_are() -> None:
    """As those of the recursor of a module type's inductive type and of an implementation's."""
    term = constant("L.a/B/x", "L.a/A/x")
    bodies = [declared("A/x", [4, level(1)]), declared("B/x", [4, level(2)])]
    for kind, alarms in ((2, 0), (1, 1), (0, 1)):
        closure = Closure([term], *bodies)
        constraint = [0, level(2), kind, level(1)]
        closure.compiled = [0, term, 0, [0, 0, [0, 0, constraint, 0, 1]]]
        assert len(vo_aliases.confused(closure, closure)) == alarms


def test_an_equality_of_universes_goes_through_others() -> None:
    closure = Closure([])
    constraints = [[0, level(a), 2, level(b)] for a, b in ((1, 2), (3, 2), (2, 1), (4, 5))]
    closure.compiled = [0, 0, 0, [0, *constraints]]
    equality = Equality(closure, ["L.a"])
    assert equality.same(level(1), level(3))
    assert not equality.same(level(1), level(4))


def test_constants_that_are_defined_as_each_other_are_equal() -> None:
    """As those of a module type's definition and of an implementation's."""
    term, pair = constant("L.a/B/x", "L.a/A/x"), "L.a/T/t"
    meant = declared("A/x", [9, TRUE, [0, BOOL]])
    alias = declared("B/x", [9, TRUE, [0, constant(pair)]])
    for meaning, alarms in ((BOOL, 0), (TRUE, 1), (None, 1)):
        closure = Closure([term], meant, alias, declared("T/t", meaning))
        assert len(vo_aliases.confused(closure, closure)) == alarms


def test_polymorphic_constants_are_not_unfolded() -> None:
    closure = Closure([], declared("T/t", BOOL))
    polymorphic = constant("L.a/T/t")
    polymorphic[1][2] = [0, level(1)]
    assert Equality(closure, ()).same(constant("L.a/T/t"), BOOL)
    assert not Equality(closure, ()).same(polymorphic, BOOL)
