from __future__ import annotations

import json
from pathlib import Path

import pytest

from numerics.citation import Citation
from numerics.findings import Findings, Formula


@pytest.mark.parametrize(
    ("findings", "verdict", "status"),
    [
        (Findings(1, [], {}), "clean", 0),
        (Findings(1, ["wrong"], {}), "hard-error", 1),
        (Findings(0, [], {}), "hard-error", 1),
        (Findings(0, ["no GPU"], {}, lacking=True), "not-available", 77),
    ],
)
def test_verdict_exit_status_and_messages_agree(
    findings: Findings, verdict: str, status: int
) -> None:
    assert (findings.verdict, findings.exit_status) == (verdict, status)
    assert bool(findings.as_json()["messages"]) == (verdict != "clean")


def test_what_is_written(tmp_path: Path) -> None:
    theorem = Citation("coq:Fourfold.VJP.relu.t", of="Fourfold.VJP.relu.relu")
    path = tmp_path / "new" / "report.json"
    Findings(2, [], {"b": 1, "a": None}, [Formula("relu", (theorem,))], ["so"]).write(path)
    found = json.loads(path.read_text())
    assert found.pop("formulas") == [
        {
            "name": "relu",
            "theorems": [
                {"theorem": "coq:Fourfold.VJP.relu.t", "of": "Fourfold.VJP.relu.relu", "beyond": ""}
            ],
        }
    ]
    assert found == {
        "schema": "fourfold.findings",
        "schema_version": 1,
        "verdict": "clean",
        "messages": [],
        "judged": 2,
        "notes": ["so"],
        "evidence": {"a": None, "b": 1},
    }


def test_a_link_in_the_place_of_the_report_is_not_followed(tmp_path: Path) -> None:
    other, path = tmp_path / "other", tmp_path / "report.json"
    other.write_text("kept")
    path.symlink_to(other)
    Findings(1, [], {}).write(path)
    assert other.read_text() == "kept" and not path.is_symlink()


def test_what_json_has_no_word_for_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with pytest.raises(ValueError):
        Findings(1, [], {"error": float("nan")}).write(path)
    assert not path.exists()
