from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.backend.agda.dependency_inference import candidates_for

HERE, THERE, ELSEWHERE = Address("here"), Address("there"), Address("elsewhere")


def test_a_library_sees_its_own_module_first() -> None:
    owners = {"Base": (ELSEWHERE, HERE, THERE)}
    assert candidates_for("Base", owners, "here") == (HERE,)
    assert candidates_for("Base", owners, "outside") == (ELSEWHERE, HERE, THERE)
    assert candidates_for("Other", owners, "here") == ()


def test_no_other_library_stands_for_a_builtin_module() -> None:
    owners = {"Agda.Builtin.Nat": (THERE,)}
    assert candidates_for("Agda.Builtin.Nat", owners, "here") == ()
    assert candidates_for("Agda.Builtin.Nat", owners, "there") == (THERE,)
