from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import vo_aliases  # noqa: E402
from vo_library import (  # noqa: E402
    AXIOM,
    DEFINITION,
    FUNCTOR,
    PUBLIC,
    Declaration,
    Name,
    canonical_name,
    names_in,
    same,
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

    name, functors = "L.a", {("House",)}

    def __init__(self, terms: list, *declarations: Declaration) -> None:
        self.compiled, self.declarations = [0, *terms], declarations

    def proofs(self) -> list:
        return []

    def is_own(self, name: str) -> bool:
        return name == self.name

    def library(self, name: str) -> Closure:
        return self

    def find(self, name):
        path = name.path if isinstance(name, Name) else name
        return next((d for d in self.declarations if d.name.path == path), None)


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
        (None, TRUE, False),
    ],
)
def test_an_alias_must_be_what_it_stands_for(alias, meant, confused) -> None:
    term = constant("L.a/B/x", "L.a/A/x")
    closure = Closure([term], declared("A/x", meant), declared("B/x", alias))
    assert bool(vo_aliases.confused(closure, closure)) == confused


def test_a_name_inside_a_functor_stands_for_one_instance() -> None:
    term = constant("L.a/A/Copy/lit", "L.a/House/Lamp/lit")
    inside = declared("House/Lamp/lit", constant("L.a/X/on"), FUNCTOR)
    one, other = declared("A/Copy/lit", TRUE), declared("B/Copy/lit", FALSE)
    honest = Closure([term], inside, one)
    assert vo_aliases.confused(honest, honest) == []
    cheat = Closure([term], inside, one, other)
    (message,) = vo_aliases.confused(cheat, cheat)
    assert message.startswith("the kernel takes L.a.A.Copy.lit for L.a.House.Lamp.lit, which is ")
