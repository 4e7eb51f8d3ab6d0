from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import agda_claims  # noqa: E402
from agda_audit_test import FakeQuestions  # noqa: E402

REQUEST = {"module": "M", "modules": ["Base", "M", "M.In"]}
ROWS = {
    "M._+_": ["function", "M._+_", "term"],
    "M.⊥": ["data", "M.⊥", "type"],
    "M.one": ["constructor", "M.N.one", "term"],
    "M.eq": ["macro"],
    "M.two": [],
}


def wrong(statement: str) -> tuple[dict[str, str], FakeQuestions]:
    questions = FakeQuestions({"FourfoldProof": [(True, "")]}, [])
    request = {**REQUEST, "statements": [("M.t", statement)]}
    kinds = {"M.t": "theorem"}
    return agda_claims.wrong_statements(request, ROWS, kinds, [], questions), questions


def test_the_names_of_a_statement_are_found_with_their_modules() -> None:
    named = agda_claims.names_in("(x : M.In.T) → x M.+ Base.f{M.x} ≡ Moon.y", REQUEST["modules"])
    assert named == {"M.In.T": "M.In", "M.+": "M", "Base.f": "Base", "M.x": "M"}
    assert agda_claims.names_in("x .M.R.f ≡ 0", ["M"]) == {"M.R.f": "M"}


def test_a_module_is_there_only_where_the_statement_names_it() -> None:
    found, questions = wrong("0 ≡ 1")
    assert found == {}
    claim = questions.texts[0]["FourfoldClaim"]
    assert "import M\n" not in claim and "Claim = (0 ≡ 1)" in claim
    assert "import M\n" in questions.texts[0]["FourfoldProof"]
    found, questions = wrong("M.one M.+ M.one ≡ M.one → M.⊥")
    assert found == {}
    assert "import M\n" in questions.texts[0]["FourfoldClaim"]
    assert "open import M" not in questions.texts[0]["FourfoldClaim"]


def test_what_is_no_definition_cannot_be_in_a_statement() -> None:
    assert wrong("M.eq 0 1")[0]["M.t"].startswith("M.eq: not a definition")
    assert wrong("M.two ≡ 1 M.+ M.absent")[0]["M.t"].startswith("M.absent, M.two: not a definition")
