from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.backend.agda.dependency_inference import candidates_for

HERE, THERE, ELSEWHERE, OUTSIDE = (Address(f) for f in ("here", "there", "elsewhere", "outside"))


def test_a_library_sees_its_own_module_first() -> None:
    owners = {"Base": (ELSEWHERE, HERE, THERE)}
    assert candidates_for("Base", owners, HERE) == (HERE,)
    assert candidates_for("Base", owners, OUTSIDE) == (ELSEWHERE, HERE, THERE)
    assert candidates_for("Other", owners, HERE) == ()


def test_no_other_library_stands_for_a_builtin_module() -> None:
    owners = {"Agda.Builtin.Nat": (THERE,)}
    assert candidates_for("Agda.Builtin.Nat", owners, HERE) == ()
    assert candidates_for("Agda.Builtin.Nat", owners, THERE) == (THERE,)


def test_of_two_libraries_in_one_folder_each_sees_its_own() -> None:
    one, other = (
        Address("here", relative_file_path="Base.agda", target_name=name) for name in ("a", "b")
    )
    owners = {"Base": (one, other)}
    for own, library in ((one, "a"), (other, "b")):
        importer = Address("here", relative_file_path="Main.agda", target_name=library)
        assert candidates_for("Base", owners, importer) == (own,)


def test_of_a_parametrized_library_each_sees_its_own() -> None:
    base = Address("here", relative_file_path="Base.agda")
    main = Address("here", relative_file_path="Main.agda")
    of_each = [{"theorems": name} for name in ("a", "b")]
    owners = {"Base": tuple(base.parametrize(p) for p in of_each)}
    for own, parameters in zip(owners["Base"], of_each):
        assert candidates_for("Base", owners, main.parametrize(parameters)) == (own,)
