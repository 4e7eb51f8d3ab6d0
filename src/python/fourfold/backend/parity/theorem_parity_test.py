from __future__ import annotations

from fourfold.backend.parity.theorem_parity import wrong_columns


def test_each_column_has_one_target() -> None:
    assert wrong_columns(("coq", "lean"), ("lean", "coq"), "t.toml") == ""


def test_a_column_that_no_target_or_that_two_answer_for_is_wrong() -> None:
    for answered in (("coq",), ("coq", "lean", "lean"), ("coq", "agda")):
        said = wrong_columns(("coq", "lean"), answered, "t.toml")
        assert said.startswith("t.toml has the columns coq, lean, and the targets of that table")
        assert 'prover=parametrize("coq", "lean")' in said
