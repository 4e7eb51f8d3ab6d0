from __future__ import annotations

from fourfold.backend.agda.sandbox.agda_survey import survey

OLD = """\
Checking U (/sandbox/work/p/U.agda).
/sandbox/work/p/U.agda:1,1-51
Cannot set OPTIONS pragmas --no-termination-check --rewriting
with safe flag.
/sandbox/work/p/U.agda:5,11-24
Cannot postulate ax with safe flag
when scope checking the declaration
  ax : 0 ≡ 1
/sandbox/work/p/U.agda:9,3-20
warning: -W[no]UnreachableClauses
Unreachable clause
/sandbox/work/p/U.agda:12,1-30
Cannot postulate ' x : B ' with safe flag
"""
NEW = """\
Checking U (/sandbox/work/p/U.agda).
/sandbox/work/p/U.agda:1.1-51: error: [SafeFlagPragma]
The --safe mode does not allow OPTIONS pragmas
--no-termination-check
--rewriting

/sandbox/work/p/U.agda:5.11-24: error: [SafeFlagPostulate]
Cannot postulate ax with safe flag
when scope checking the declaration
  ax : 0 ≡ 1

/sandbox/work/p/U.agda:9.3-20: warning: -W[no]UnreachableClauses
Unreachable clause
"""


def test_what_agda_2_6_says() -> None:
    found = survey(OLD, 42)
    assert found["options"] == ["--no-termination-check", "--rewriting"]
    assert found["postulates"] == [
        {"name": "ax", "statement": "0 ≡ 1", "line": 5},
        {"name": "x", "statement": "B", "line": 12},
    ]
    assert found["refused"] == []


def test_what_agda_2_8_says() -> None:
    found = survey(NEW, 42)
    assert found["options"] == ["--no-termination-check", "--rewriting"]
    assert [p["name"] for p in found["postulates"]] == ["ax"]
    assert found["refused"] == []


def test_all_else_is_refused() -> None:
    said = "/w/U.agda:3,1-20\nCannot use TERMINATING pragma with safe flag.\n"
    assert survey(said, 42)["refused"] == ["line 3: Cannot use TERMINATING pragma with safe flag."]
    unsafe = (
        "/w/U.agda:3,1-33\nImporting module Agda.Builtin.TrustMe not using the --safe flag\n"
        "from a module which does.\n"
    )
    assert "Agda.Builtin.TrustMe" in survey(unsafe, 42)["refused"][0]
    own = "/w/U.agda:3,1-10\nImporting module Lib.A not using the --safe flag from\na module.\n"
    assert "Lib.A" in survey(own, 42)["refused"][0]
    assert survey("agda: internal error", 1)["refused"] == ["agda: internal error"]


def test_a_silent_success_finds_nothing() -> None:
    assert survey("Checking U (/w/U.agda).\n", 0) == {
        "postulates": [], "options": [], "refused": []
    }


def test_quoted_source_is_no_message() -> None:
    said = (
        "/w/U.agda:3,1-20\nCannot use ETA pragma with safe flag.\nwhen checking\n"
        "  Cannot postulate x with safe flag\n"
    )
    assert survey(said, 42)["postulates"] == []
    assert survey(said, 42)["refused"]
