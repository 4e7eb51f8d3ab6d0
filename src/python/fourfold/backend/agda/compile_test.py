from __future__ import annotations

from fourfold.backend.agda.compile import (
    Trusted,
    never_trusted,
    rejected_because,
    trusted_by,
    without_progress,
)

SURVEY = {
    "postulates": [{"name": "gap", "statement": "⊥", "line": 5}],
    "options": ["--rewriting", "--type-in-type"],
    "refused": ["line 3: Cannot use ETA pragma with safe flag."],
}


def test_only_some_options_can_be_permitted() -> None:
    said = never_trusted(SURVEY, "a.agda")
    assert said == [
        "a.agda: the option --type-in-type is refused: no setting permits it",
        "a.agda: refused, though `safe` is off: line 3: Cannot use ETA pragma with safe flag.",
    ]
    assert never_trusted({"postulates": [], "options": ["--rewriting"], "refused": []}, "a") == []


def test_postulates_and_options_are_taken_on_trust_by_name() -> None:
    found = trusted_by(SURVEY, "M", "a.agda")
    assert found[0] == Trusted("M", "gap", "⊥", "a.agda:5")
    assert [t.name for t in found if t.is_option] == ["--rewriting", "--type-in-type"]


def test_messages_leave_out_what_agda_was_doing() -> None:
    assert without_progress("Checking A (/a).\n Checking B (/b).\na.agda:1,2\nno\n") == (
        "a.agda:1,2\nno"
    )


def test_rejections_say_what_to_do() -> None:
    assert "set `timeout` on its target" in rejected_because({"timed_out": True}, "a.agda", 5)
    assert "no interface" in rejected_because({"missing_output": True}, "a.agda", 5)
    assert rejected_because({"output": "a.agda:1\nno"}, "a.agda", 5) == "a.agda:1\nno"
