"""The fault projects run a real Coq; here, what is made for it to read, and who is blamed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import coq_statements  # noqa: E402


class FakeCoq:
    """Refuses the lines of the files it is given that hold one of `errors`."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        self.texts: list[str] = []

    def run(self, tool: str, args: list[str], writable: list[str]) -> Any:
        path = args[-1]
        text = Path(path).read_text()
        self.texts.append(text)
        for number, line in enumerate(text.splitlines(), 1):
            for part, said in self.errors.items():
                if part in line:
                    output = f'File "./{path}", line {number}, characters 0-4:\nError: {said}\n'
                    return SimpleNamespace(
                        exit_code=1, output=output, seconds=1.0, repeatable=True
                    )
        return SimpleNamespace(exit_code=0, output="", seconds=1.0, repeatable=True)


def session(answers: dict[str, str]) -> Any:
    def in_session(question: Any) -> dict:
        asked: list[str] = []

        def ask(commands: list[str]) -> str:
            asked[:] = commands
            return ""

        def read(name: str) -> str:
            return answers.get(asked[-1].split(" ", 2)[2], "")

        return {**question(ask, read), "seconds": 1.0}

    return in_session


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for module in ("lib/M/main.vo", "lib/M/defs.vo", "__toolchain/coq/theories/Lists/List.vo"):
        path = tmp_path / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def judged(
    statements: dict[str, str], errors: dict[str, str], answers: dict[str, str] | None = None,
    **more: Any,
) -> tuple[dict, list[str]]:
    request = {
        "logical": "M.main", "statements": sorted(statements.items()), "imports": [], "known": [],
        "coqlib": "coq", "roots": ["M"], **more,
    }
    coq = FakeCoq(errors)
    return coq_statements.statements(request, coq, session(answers or {})), coq.texts


def test_a_claim_is_read_without_the_module_and_then_compared() -> None:
    answer, (read, compare) = judged({"M.main.t": "0 = 0"}, {})
    assert answer["wrong_statements"] == {} and answer["accepted"]
    assert "Require" not in read
    assert "Definition claim_0 : Prop := (\n0 = 0\n)." in read
    assert "Require FourfoldClaims.read M.main." in compare
    assert "let p := constr:(@M.main.t) in" in compare and "exact_no_check p. Qed." in compare


def test_what_could_be_more_than_a_term_is_never_read() -> None:
    answer, texts = judged({"M.main.t": "True). Axiom x : (False"}, {})
    assert list(answer["wrong_statements"]) == ["M.main.t"] and texts == []


def test_the_claim_at_fault_is_blamed_and_the_others_are_judged() -> None:
    statements = {"M.main.a": "x", "M.main.b": "yy", "M.main.c": "z"}
    errors = {"yy": "bad y", "(@M.main.c)": "Unable to unify"}
    answer, texts = judged(statements, errors)
    wrong = answer["wrong_statements"]
    assert sorted(wrong) == ["M.main.b", "M.main.c"]
    assert "cannot be read where M.main is not loaded: bad y" in wrong["M.main.b"]
    assert wrong["M.main.c"] == "Unable to unify"
    assert "(@M.main.a)" in texts[-1]


def test_definitions_of_the_target_are_variables_and_given_in_the_comparison() -> None:
    answers = {
        "Check @M.main.size": "@main.size\n     : forall _ : defs.tree, nat\n",
        "Locate Term defs.tree": "Inductive M.defs.tree\n",
        "Check @M.defs.tree": "tree\n     : Set\n",
    }
    answer, (read, compare) = judged(
        {"M.main.t": "forall x, M.main.size x = 0"}, {}, answers
    )
    assert answer["wrong_statements"] == {}
    assert "Definition type_0 : Type := (\nSet\n)." in read
    assert "Definition type_1 (M'defs'tree : @type_0) : Type :=" in read
    assert "forall x, M'main'size x = 0" in read
    assert "M.main.size" not in read
    assert "Definition given_1 : @FourfoldClaims.read.type_1 given_0." in compare


def test_a_type_that_is_more_than_a_term_is_not_read() -> None:
    answers = {"Check @M.main.size": "size\n     : nat). Axiom x : (False\n"}
    _, texts = judged({"M.main.t": "M.main.size = 0"}, {}, answers)
    assert not any("Axiom" in text for text in texts)


def test_libraries_that_a_claim_names_are_loaded() -> None:
    _, (read, _) = judged({"M.main.t": "Coq.Lists.List.rev = x"}, {})
    assert read.startswith("Require Coq.Lists.List.\n")


def test_modules_of_definitions_that_the_build_file_names_are_imported() -> None:
    imports = {"imports": ["M.defs"], "known": ["M.defs"]}
    _, (read, _) = judged({"M.main.t": "M.defs.two = 2"}, {}, **imports)
    assert read.startswith("Require Import M.defs.\n")
    assert "M.defs.two = 2" in read
