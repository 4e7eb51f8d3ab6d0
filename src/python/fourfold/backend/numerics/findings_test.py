from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fourfold.backend.numerics.findings import (
    SCHEMA,
    CitedTheorem,
    Findings,
    Formula,
    read_findings,
)

CITED = {
    "theorem": "coq:Fourfold.VJP.dense.t",
    "of": "Fourfold.VJP.dense.dense",
    "beyond": "a batch",
}


def report(verdict: str = "clean", *messages: str, **more: Any) -> str:
    data = {
        "schema": SCHEMA[0],
        "schema_version": SCHEMA[1],
        "verdict": verdict,
        "messages": list(messages),
        "judged": 2,
        "notes": ["noise floor 3.0 ULP"],
        "formulas": [{"name": "Dense", "theorems": [CITED]}],
        "evidence": {"pairs": [1, 2]},
    }
    return json.dumps({**data, **more})


def test_what_agrees_is_read_once_and_whole() -> None:
    found = read_findings("m", report(), 0)
    assert found == Findings(
        judged=2,
        formulas=(Formula("Dense", (CitedTheorem(*CITED.values()),)),),
        notes=("noise floor 3.0 ULP",),
        evidence={"pairs": [1, 2]},
    )
    assert found.sound


def test_what_is_wrong_and_what_is_lacking() -> None:
    wrong = read_findings("m", report("hard-error", "loss2 is off"), 1)
    assert (wrong.refusals, wrong.unavailable, wrong.sound) == (("loss2 is off",), (), False)
    lacking = read_findings("m", report("not-available", "no GPU", judged=0), 77)
    assert (lacking.refusals, lacking.unavailable, lacking.sound) == ((), ("no GPU",), False)
    assert wrong.evidence == lacking.evidence == {"pairs": [1, 2]}


@pytest.mark.parametrize(
    ("text", "exit_code"),
    [
        (report(), 1),
        (report(), 77),
        (report(), -9),
        (report("clean", "wrong"), 0),
        (report("hard-error", "wrong"), 0),
        (report("hard-error", "wrong"), 77),
        (report("hard-error"), 1),
        (report("not-available", "no GPU"), 0),
        (report("not-available", "no GPU"), 1),
        (report("not-available"), 77),
        (report("yes"), 0),
        (report("iou-only"), 0),
    ],
)
def test_accounts_that_disagree_are_refused(text: str, exit_code: int) -> None:
    found = read_findings("m", text, exit_code)
    assert "the report of m is inconsistent: its verdict is" in found.refusals[-1]
    assert not found.unavailable and not found.sound


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "m timed out after 5 s"),
        ("{", "the report of m is not JSON"),
        ("[1]", "the report of m has the schema None; this version of Fourfold reads"),
        (report(schema="fourfold.fd_check"), "has the schema ('fourfold.fd_check', 1)"),
        (report(schema_version=2), "has the schema ('fourfold.findings', 2)"),
        (report(messages="none"), "malformed"),
        (report(messages=[1]), "malformed"),
        (report(notes=None), "malformed"),
        (report(judged="2"), "malformed"),
        (report(judged=True), "malformed"),
        (report(evidence=[]), "malformed"),
        (report(formulas=[{"name": "x"}]), "malformed"),
        (report(formulas=[{"name": "x", "theorems": [{"theorem": "t", "of": 1}]}]), "malformed"),
        (report(formulas=[[]]), "malformed"),
        (report(formulas=[{"name": ["x"], "theorems": []}]), "malformed"),
        (json.dumps({"schema": SCHEMA[0], "schema_version": SCHEMA[1]}), "malformed"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, said: str) -> None:
    found = read_findings("m", text, 0, "timed out after 5 s")
    assert len(found.refusals) == 1 and said in found.refusals[0] and not found.sound


def test_of_nothing_nothing_is_sound() -> None:
    for judged in (0, -1):
        (said,) = read_findings("m", report(judged=judged), 0).refusals
        assert said == "m says that nothing is wrong, and has compared nothing"
    # Nor is what left no report, whatever it exits with.
    assert read_findings("m", "", 77, "exited with 77").refusals == ("m exited with 77",)


def test_the_schema_is_the_one_that_processes_write() -> None:
    source = (Path(__file__).parents[3] / "numerics/findings.py").read_text()
    assert f'SCHEMA = "{SCHEMA[0]}"\nSCHEMA_VERSION = {SCHEMA[1]}\n' in source
