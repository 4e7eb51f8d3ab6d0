"""`FakeQuestions` stands in for a running Agda here; the fault projects ask a real one."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import agda_audit  # noqa: E402
import agda_questions  # noqa: E402

REQUEST = {
    "module": "M",
    "modules": ["M"],
    "flags": ["--safe"],
    "statements": [("M.t", "0 ≡ 1"), ("N.u", "0 ≡ 1")],
}
INFECTIVE = "Importing module M using the --prop flag from a module which\ndoes not."


def definition(name: str, kind: str = "function", parameters: int = 0) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, kind=kind, parameters=parameters, mentions=["M.⊥"], uses=["M.⊥", "M.p"]
    )


INTERFACE = SimpleNamespace(definitions=[definition("M.t")])


def contents(*names: str) -> dict[str, Any]:
    rows = [{"name": n, "term": ""} for n in names]
    return {"kind": "ModuleContents", "contents": rows, "names": [], "telescope": []}


def computed(text: str) -> dict[str, Any]:
    return {"kind": "NormalForm", "expr": f'"{text}"'}


class FakeQuestions:
    """`checks` are answers to `check` by file name, in order; `told` those to the macro."""

    def __init__(self, checks: dict[str, list[tuple[bool, str]]], told: list[dict]) -> None:
        self.checks, self.told = checks, told
        self.flags: list[list[str]] = []
        self.texts: list[dict[str, str]] = []

    def check(self, name: str, texts: dict[str, str], flags: list[str]) -> tuple[bool, str]:
        self.flags.append(flags)
        self.texts.append(texts)
        return self.checks[name].pop(0)

    def ask(self, name: str, text: str, flags: list[str], commands: list[str]) -> list[dict]:
        loaded = {"kind": "AllGoalsWarnings"}
        if commands[0].startswith("Cmd_show"):
            return [loaded, contents("t", "syn", "again")]
        return [loaded, *self.told]


TOLD = [computed("function M.t term"), {"kind": "Error"}, computed("function Other.again term")]
CLAIM_HOLDS = {"FourfoldProbe": [(True, "")], "FourfoldProof": [(True, "")]}


def test_own_constants_are_told_from_macros_and_from_what_is_exported_again() -> None:
    questions = FakeQuestions(
        {"FourfoldProbe": [(True, "")], "FourfoldProof": [(False, "/w/F.agda:3\n0 != 1\n")]}, TOLD
    )
    found = agda_audit.audit(REQUEST, INTERFACE, questions)
    assert found["kinds"] == {"M.t": "theorem"}
    assert found["mentions"] == {"M.t": ["M.⊥"]} and found["uses"] == {}
    assert found["wrong_statements"] == {"M.t": "0 != 1"}


def test_options_that_importers_must_share_are_added() -> None:
    questions = FakeQuestions(
        {"FourfoldProbe": [(False, INFECTIVE), (True, "")], "FourfoldProof": [(True, "")]}, TOLD
    )
    assert agda_audit.audit(REQUEST, INTERFACE, questions)["wrong_statements"] == {}
    assert questions.flags[:2] == [["--safe"], ["--safe", "--prop"]]
    assert questions.flags[2] == ["--safe", "--prop", "--no-qualified-instances"]


@pytest.mark.parametrize(
    "of, level, stated, words",
    [
        (definition("M.t"), "term", False, "theorem"),
        (definition("M.t"), "type", False, "a definition of a type"),
        (definition("M.t"), "unknown", False, "of a type that Agda does not compute"),
        (definition("M.t", parameters=1), "term", False, "a member of a parametrised module"),
        (definition("M.t", parameters=1), "term", True, "theorem"),
        (definition("M.t", "postulate"), "term", True, "a postulate"),
        (definition("M.t", "data"), "type", False, "a data type"),
        (definition("M.t", "record"), "type", True, "a record type"),
        (definition("M.t", "primitive"), "term", False, "a primitive"),
    ],
)
def test_a_theorem_is_a_closed_definition_that_is_no_type(
    of: Any, level: str, stated: bool, words: str
) -> None:
    told = [computed(f"function M.t {level}"), *TOLD[1:]]
    questions = FakeQuestions({k: list(v) for k, v in CLAIM_HOLDS.items()}, told)
    request = {**REQUEST, "statements": [("M.t", "0 ≡ 1")] if stated else []}
    found = agda_audit.audit(request, SimpleNamespace(definitions=[of]), questions)
    assert found["kinds"] == {"M.t": words}


def test_what_prints_alike_is_no_theorem() -> None:
    questions = FakeQuestions({k: list(v) for k, v in CLAIM_HOLDS.items()}, TOLD)
    two = SimpleNamespace(definitions=[definition("M.t"), definition("M.t", "postulate")])
    found = agda_audit.audit(REQUEST, two, questions)
    assert found["kinds"] == {"M.t": "one of 2 things that print as M.t"}
    assert found["uses"] == {"M.t": ["M.p", "M.⊥"]}


def test_a_module_that_takes_back_a_flag_fails() -> None:
    said = "/w/F.agda:2\nImporting module M not using the --without-K flag from a module which"
    questions = FakeQuestions({"FourfoldProbe": [(False, said)]}, [])
    with pytest.raises(agda_questions.AuditError, match="not using the --without-K flag"):
        agda_audit.audit(REQUEST, INTERFACE, questions)


def test_an_answer_too_few_is_no_answer() -> None:
    questions = FakeQuestions({"FourfoldProbe": [(True, "")]}, TOLD[:1])
    with pytest.raises(agda_questions.AuditError, match="Agda gave 2 answers"):
        agda_audit.audit(REQUEST, INTERFACE, questions)
