from __future__ import annotations

from typing import Any

from fourfold.backend.agda.compile import without_progress
from fourfold.backend.agda.spec import Agda
from fourfold.prover.compile_source import why_rejected


def rejected_because(answer: dict[str, Any], file: str, timeout: int) -> str:
    return why_rejected(Agda, answer, file, timeout)


def test_messages_leave_out_what_agda_was_doing() -> None:
    assert without_progress("Checking A (/a).\n Checking B (/b).\na.agda:1,2\nno\n") == (
        "a.agda:1,2\nno"
    )


def test_rejections_say_what_to_do() -> None:
    assert "set `timeout` on its target" in rejected_because({"timed_out": True}, "a.agda", 5)
    assert "no interface" in rejected_because({"missing_output": True}, "a.agda", 5)
    assert "2.6.4.3 or 2.8.0" in rejected_because({"not_read": "its format"}, "a.agda", 5)
    rejected = {"output": "a.agda:1\nno", "exit_code": 42}
    assert rejected_because(rejected, "a.agda", 5) == "a.agda:1\nno"


def test_an_internal_error_is_agdas_own() -> None:
    said = "Checking A (/a).\nAn internal error has occurred."
    why = rejected_because({"output": said, "exit_code": 154, "repeatable": True}, "a.agda", 5)
    assert why == (
        "a.agda: Agda crashed on this file (internal error, exit code 154): a fault of its own. "
        "It said: An internal error has occurred."
    )
