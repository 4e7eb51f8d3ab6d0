from __future__ import annotations

from pathlib import Path

import generated
import pytest


@pytest.mark.parametrize("shape", generated.SHAPES)
@pytest.mark.parametrize("count", [1, 2, 12, 100])
def test_modules_import_what_comes_before_them(shape: str, count: int) -> None:
    imports = generated.imports_of(shape, count)
    assert len(imports) == count
    assert all(i < n for n, imported in enumerate(imports) for i in imported)
    assert all(len(set(imported)) == len(imported) for imported in imports)


@pytest.mark.parametrize("shape", generated.SHAPES)
def test_all_need_the_root_and_none_the_leaf(shape: str) -> None:
    imports = generated.imports_of(shape, 100)
    assert imports[0] == []
    assert all(imports[1:])
    assert not any(99 in imported for imported in imports)


@pytest.mark.parametrize(
    "shape, edges, depth",
    [("chain", 99, 99), ("tree", 99, 6), ("diamond", 10 + 3 * 89, 10), ("star", 99, 1)],
)
def test_edges_and_depth(shape: str, edges: int, depth: int) -> None:
    imports = generated.imports_of(shape, 100)
    assert sum(map(len, imports)) == edges
    depths: list = []
    for imported in imports:
        depths.append(1 + max((depths[i] for i in imported), default=-1))
    assert max(depths) == depth


def test_a_shape_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="ring is none of the shapes chain"):
        generated.imports_of("ring", 3)


def test_files_say_what_they_import(tmp_path: Path) -> None:
    generated.write_coq(tmp_path / "coq", "diamond", 12, "x")
    assert "From Generated Require Import m1 m2 m3." in (tmp_path / "coq/m11.v").read_text()
    generated.write_agda(tmp_path / "agda", "chain", 3, "x")
    assert "open import Generated.M1\n" in (tmp_path / "agda/Generated/M2.agda").read_text()
    assert "import Generated.M2\n" in (tmp_path / "agda/Everything.agda").read_text()


def test_only_a_cost_adds_a_costly_proof(tmp_path: Path) -> None:
    generated.write_coq(tmp_path / "light", "chain", 1, "x")
    generated.write_coq(tmp_path / "costly", "chain", 1, "x", cost=20)
    assert "costly0" not in (tmp_path / "light/m0.v").read_text()
    assert "branch0 20 = true" in (tmp_path / "costly/m0.v").read_text()


def test_an_edit_changes_each_kind_of_file_and_only_once(tmp_path: Path) -> None:
    files = [
        tmp_path / "coq" / generated.write_coq(tmp_path / "coq", "chain", 1, "x")[0],
        tmp_path / "agda" / generated.write_agda(tmp_path / "agda", "chain", 1, "x")[0],
        tmp_path / "py" / generated.write_checks(tmp_path / "py", 1, "x")[0],
    ]
    for path in files:
        before = path.read_text()
        generated.edit_proof(path)
        assert path.read_text() != before
    with pytest.raises(ValueError, match="has been edited before"):
        generated.edit_proof(files[0])
