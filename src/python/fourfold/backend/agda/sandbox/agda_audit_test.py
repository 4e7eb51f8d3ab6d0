"""`FakeQuestions` stands in for a running Agda here; the fault projects ask a real one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import agda_audit  # noqa: E402

REQUEST = {
    "module": "M",
    "modules": ["M"],
    "reach": [],
    "flags": ["--safe"],
    "statements": [("M.t", "0 ≡ 1"), ("N.u", "0 ≡ 1")],
}
INFECTIVE = "Importing module M using the --prop flag from a module which\ndoes not."


def contents(*names: str) -> dict[str, Any]:
    rows = [{"name": n, "term": ""} for n in names]
    return {"kind": "ModuleContents", "contents": rows, "names": [], "telescope": []}


def computed(text: str) -> dict[str, Any]:
    return {"kind": "NormalForm", "expr": f'"{text}"'}


class FakeQuestions:
    """`checks` are answers to `check` by file name, in order; `told` those to each macro."""

    def __init__(self, checks: dict[str, list[tuple[bool, str]]], told: list[dict]) -> None:
        self.checks, self.told = checks, told
        self.flags: list[list[str]] = []
        self.texts: list[str] = []

    def check(self, name: str, text: str, flags: list[str]) -> tuple[bool, str]:
        self.flags.append(flags)
        self.texts.append(text)
        return self.checks[name].pop(0)

    def ask(self, name: str, text: str, flags: list[str], commands: list[str]) -> list[dict]:
        loaded = {"kind": "AllGoalsWarnings"}
        if commands[0].startswith("Cmd_show"):
            return [loaded, contents("t", "syn", "again")]
        return [loaded, *self.told]


def test_own_constants_are_told_from_macros_and_from_what_is_exported_again() -> None:
    told = [computed("function M.t"), {"kind": "Error"}, computed("function Other.again")]
    questions = FakeQuestions(
        {"FourfoldProbe": [(True, "")], "FourfoldClaim": [(False, "/w/F.agda:3\n0 != 1\n")]}, told
    )
    found = agda_audit.audit(REQUEST, questions)
    assert found["kinds"] == {"M.t": "function"}
    assert found["wrong_statements"] == {"M.t": "0 != 1"}
    assert "open import M" not in questions.texts[-1] and "import M\n" in questions.texts[-1]


def test_options_that_importers_must_share_are_added() -> None:
    told = [computed("function M.t"), computed("macro"), {"kind": "Error"}]
    questions = FakeQuestions(
        {"FourfoldProbe": [(False, INFECTIVE), (True, "")], "FourfoldClaim": [(True, "")]}, told
    )
    assert agda_audit.audit(REQUEST, questions)["wrong_statements"] == {}
    assert questions.flags == [["--safe"], ["--safe", "--prop"], ["--safe", "--prop"]]


def test_a_module_that_takes_back_a_flag_fails() -> None:
    said = "/w/F.agda:2\nImporting module M not using the --without-K flag from a module which"
    questions = FakeQuestions({"FourfoldProbe": [(False, said)]}, [])
    with pytest.raises(agda_audit.AuditError, match="not using the --without-K flag"):
        agda_audit.audit(REQUEST, questions)


def test_an_answer_too_few_is_no_answer() -> None:
    questions = FakeQuestions({"FourfoldProbe": [(True, "")]}, [computed("function M.t")])
    with pytest.raises(agda_audit.AuditError, match="Agda gave 2 answers"):
        agda_audit.audit(REQUEST, questions)
