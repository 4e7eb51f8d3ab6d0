from __future__ import annotations

from fourfold.core.cycles import cycle_through, shortest_cycle


def test_names_the_shortest_cycle() -> None:
    edges = {"A": ["B", "C"], "B": ["C"], "C": ["A"], "D": ["A"]}
    assert shortest_cycle(edges) == ("A", "C", "A")
    assert shortest_cycle({"A": ["A"]}) == ("A", "A")
    assert shortest_cycle({"X": ["A"], "A": ["B"], "B": ["A"]}) == ("A", "B", "A")


def test_no_cycle() -> None:
    assert shortest_cycle({"A": ["B"], "B": []}) == ()


def test_a_cycle_through_one_name() -> None:
    edges = {"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": ["a"]}
    assert cycle_through("c", edges) == ("c", "b", "c")
    assert cycle_through("a", edges) == ("a", "b", "d", "a")
    assert cycle_through("x", edges) == ()
    assert cycle_through("y", {"y": ["a"], **edges}) == ()
