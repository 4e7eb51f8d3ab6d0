from __future__ import annotations

from typing import Type

import pytest
from pants.build_graph.address import Address

from fourfold.backend.agda.scanner import AgdaImport
from fourfold.backend.agda.spec import Agda
from fourfold.backend.coq.scanner import CoqRequire
from fourfold.backend.coq.spec import Coq
from fourfold.backend.lean.scanner import LeanImport
from fourfold.backend.lean.spec import Lean
from fourfold.prover import inference
from fourfold.prover.envelope import ambiguous_message
from fourfold.prover.spec import SourceProver

IMPORTS = {
    Agda: lambda name: AgdaImport(name, 1),
    Coq: lambda name: CoqRequire(name, None, 1),
    Lean: lambda name: LeanImport(name, 1),
}
HERE, THERE, ELSEWHERE, OUTSIDE = (Address(f) for f in ("here", "there", "elsewhere", "outside"))


def candidates_for(
    name: str,
    owners: dict[str, tuple[Address, ...]],
    importer: Address,
    prover: Type[SourceProver] = Agda,
) -> tuple[Address, ...]:
    imported = IMPORTS[prover](name)
    return inference.candidates_for(imported, "Main", importer, owners, list(owners), prover)


@pytest.mark.parametrize("prover", [Agda, Coq, Lean])
def test_a_library_sees_its_own_module_first(prover: Type[SourceProver]) -> None:
    owners = {"Base": (ELSEWHERE, HERE, THERE)}
    assert candidates_for("Base", owners, HERE, prover) == (HERE,)
    assert candidates_for("Base", owners, OUTSIDE, prover) == (ELSEWHERE, HERE, THERE)
    assert candidates_for("Other", owners, HERE, prover) == ()


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


def test_all_that_an_ambiguous_import_can_mean_is_named() -> None:
    owners = {"Base": (THERE, HERE), "Other": (HERE,), "More.Base": (ELSEWHERE,)}
    said = ambiguous_message(AgdaImport("Base", 1), (HERE, THERE), {"Base": owners["Base"]})
    assert "`import Base` is ambiguous: it can mean Base (here:here) or Base (there:there)." in said
    assert "in `dependencies`" in said
