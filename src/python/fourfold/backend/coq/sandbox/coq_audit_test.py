from __future__ import annotations

import re

import pytest

from fourfold.backend.coq.sandbox.coq_audit import AuditError, audit, explain

REDIRECT = re.compile(r'Redirect "audit_out/(\w+)" (.*)', re.DOTALL)
CLOSED = "Closed under the global context"


class FakeCoq:
    """Answers each command from a table; what is not in it prints nothing."""

    def __init__(self, answers: dict[str, str], log: str = "") -> None:
        self.answers = {
            "Locate Library M": "M has been loaded from file lib/M.vo",
            "Print Table Search Blacklist": "Set of search blacklist is empty.",
            "Print ML Modules": "Loaded ML Modules:\nltac_plugin.cmxs\nring_plugin.cmxs (new)\n",
            **answers,
        }
        self.log = log
        self.files: dict[str, str] = {}
        self.commands: list[str] = []

    def ask(self, commands: list[str]) -> str:
        for command in commands:
            self.commands.append(command)
            redirected = REDIRECT.fullmatch(command)
            if redirected:
                self.files[redirected.group(1)] = self.answers.get(redirected.group(2), "")
        return self.log

    def read(self, name: str) -> str:
        return self.files.get(name, "")

    def audit(self) -> dict:
        return audit({"logical": "M"}, self.ask, self.read)


def one_constant(assumptions: str, **more: str) -> FakeCoq:
    return FakeCoq(
        {
            "Search _ inside M": "M.claim\n",
            "Locate Term M.claim": "Constant M.claim",
            "Print Assumptions M.claim": assumptions,
            **more,
        }
    )


def test_a_closed_constant_rests_on_nothing() -> None:
    coq = one_constant(CLOSED)
    found = coq.audit()
    assert found["constants"] == {"M.claim": []}
    assert found["ml_modules"] == ["ltac", "ring"]
    assert "Require M" in coq.commands
    assert not [c for c in coq.commands if "Import" in c]


def test_axioms_have_full_names_and_statements() -> None:
    coq = FakeCoq(
        {
            "Search _ inside M": "claim M.Inner.other",
            "Locate Term claim": "Constant M.claim",
            "Locate Term M.Inner.other": "Constant M.Inner.other",
            "Print Assumptions claim": "Axioms:\ngap : forall n,\n  n = n\nB.lem\n  : True\n",
            "Print Assumptions M.Inner.other": CLOSED,
            "Locate Term gap": "Constant M.gap\n  (shorter name to refer to it is gap)",
        }
    )
    assert coq.audit()["constants"] == {
        "M.claim": [
            {"name": "M.gap", "statement": "forall n, n = n", "unsafe": ""},
            # The toplevel cannot reach it, so Coq has shown its full name.
            {"name": "B.lem", "statement": ": True", "unsafe": ""},
        ],
        "M.Inner.other": [],
    }


@pytest.mark.parametrize(
    "line, unsafe",
    [
        ("loop is assumed to be guarded.", "guard"),
        ("loop is assumed to be positive.", "positivity"),
        ("loop relies on an unsafe hierarchy.", "type-in-type"),
        ("loop relies on definitional UIP.", "definitional UIP"),
        ("loop has its universe constraints unchecked.", "universes"),
    ],
)
def test_bypassed_checks_are_named(line: str, unsafe: str) -> None:
    (row,) = one_constant(f"Axioms:\n{line}\n").audit()["constants"]["M.claim"]
    assert (row["name"], row["unsafe"]) == ("loop", unsafe)


def test_words_that_it_does_not_know_are_unsafe() -> None:
    (row,) = one_constant("Axioms:\nloop was let off lightly.\n").audit()["constants"]["M.claim"]
    assert row["unsafe"].startswith("unknown")


def test_closed_counts_only_as_the_whole_answer() -> None:
    found = one_constant(f'Axioms:\ngap : "\n{CLOSED}\n" = ""\n').audit()
    assert "gap" in {row["name"] for row in found["constants"]["M.claim"]}


def test_the_progress_of_fetching_proofs_is_no_answer() -> None:
    text = f"Fetching opaque proofs from disk for M.Inner\n{CLOSED}\n"
    assert one_constant(text).audit()["constants"] == {"M.claim": []}


@pytest.mark.parametrize(
    "coq, message",
    [
        (FakeCoq({"Locate Library M": ""}, log="Error: cannot find M"), "cannot be loaded"),
        (FakeCoq({"Print Table Search Blacklist": 'Set of: "claim"'}), "could hide a constant"),
        (FakeCoq({"Search _ inside M": "not<a>name"}), "not the name of a constant"),
        (FakeCoq({"Print ML Modules": "nonsense"}), "Print ML Modules"),
        (one_constant(""), "gave no answer"),
        (one_constant("Axioms:\n  indented : False"), "printed"),
    ],
)
def test_what_cannot_be_judged_is_an_error(coq: FakeCoq, message: str) -> None:
    with pytest.raises(AuditError, match=message):
        coq.audit()


def test_names_hidden_from_search_by_default_are_shown() -> None:
    coq = one_constant(CLOSED)
    coq.audit()
    removed = coq.commands.index('Remove Search Blacklist "_subproof"')
    assert removed < coq.commands.index('Redirect "audit_out/names" Search _ inside M')


def test_explain_gives_the_steps_to_an_axiom() -> None:
    coq = FakeCoq(
        {
            "Search _ inside B": "B.gap B.fine",
            "Search _ inside M": "M.claim",
            "Print Assumptions B.gap": "Axioms:\nB.gap : False\n",
            "Print Assumptions B.fine": CLOSED,
            "Print Assumptions M.claim": "Axioms:\nB.gap : False\n",
            "Locate Term B.gap": "Constant B.gap",
            "Locate Term M.claim": "Constant M.claim",
            "Print M.claim": "M.claim = match B.gap return (@eq nat O B.fine) with end",
            "Print B.gap": "*** [ B.gap : False ]",
        }
    )
    found = explain({"modules": ["B", "M"], "axiom": "B.gap"}, coq.ask, coq.read)
    assert found == {"mentions": {"B.gap": [], "M.claim": ["B.gap"]}}
