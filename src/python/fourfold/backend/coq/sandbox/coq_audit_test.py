from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

from coq_audit import AuditError, _is_proof, audit, explain  # noqa: E402
from vo_library import (  # noqa: E402
    AXIOM,
    DEFINITION,
    FUNCTOR,
    INDUCTIVE,
    PUBLIC,
    Declaration,
    Name,
)

REDIRECT = re.compile(r'Redirect "audit_out/(\w+)" (.*)', re.DOTALL)
CLOSED = "Closed under the global context"


class FakeLibrary:
    """A compiled file that declares `constants`, each a path with its kind and place."""

    compiled, functors = [0], ()

    def __init__(self, name: str, *constants: str, kind: str = DEFINITION, where: str = PUBLIC):
        paths = [tuple(c.split(".")) for c in constants]
        self.declarations = [Declaration(Name(name, p), kind, where) for p in paths]

    def public(self):
        return [(d.name.path, d) for d in self.declarations if d.where == PUBLIC]

    def find(self, path):
        return next((d for d in self.declarations if d.name.path == path), None)

    def proof(self, declaration):
        return declaration

    def proofs(self):
        return []


class FakeClosure:
    def __init__(self, **libraries: FakeLibrary) -> None:
        self.libraries = {name.replace("_", "."): library for name, library in libraries.items()}
        self.named: dict[str, list[str]] = {}  # what each constant's term names

    def library(self, name: str):
        return self.libraries.get(name)

    is_own = library

    def mentions(self, value) -> list[str]:
        declaration = value[-1] if isinstance(value, list) else None
        return self.named.get(str(declaration.name), []) if declaration else []


class FakeCoq:
    """Answers each command from a table; what is not in it prints nothing."""

    def __init__(
        self, answers: dict[str, str], *declared: str, log: str = "", **libraries: FakeLibrary
    ) -> None:
        self.closure = FakeClosure(M=FakeLibrary("M", *declared), **libraries)
        loaded = "".join(f"  {name}\n" for name in self.closure.libraries)
        self.answers = {
            "Print Libraries": f"Loaded library files: \n{loaded}",
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
        return audit({"logical": "M"}, self.ask, self.read, self.closure)


def one_constant(assumptions: str, **more: str) -> FakeCoq:
    return FakeCoq({"Print Assumptions M.claim": assumptions, **more}, "claim")


def test_a_closed_constant_rests_on_nothing() -> None:
    coq = one_constant(CLOSED)
    found = coq.audit()
    assert found["constants"] == {"M.claim": []}
    assert found["ml_modules"] == ["ltac", "ring"]
    assert "Require M" in coq.commands
    assert not [c for c in coq.commands if "Import" in c]


def test_axioms_have_full_names_homes_and_statements() -> None:
    coq = FakeCoq(
        {
            "Print Assumptions M.claim": "Axioms:\ngap : forall n,\n  n = n\nB.lem\n  : True\n",
            "Print Assumptions M.Inner.other": CLOSED,
            "Locate Term gap": "Constant M.gap\n  (shorter name to refer to it is gap)",
        },
        "claim",
        "Inner.other",
        B=FakeLibrary("B"),
    )
    assert coq.audit()["constants"] == {
        "M.claim": [
            {"name": "M.gap", "statement": "forall n, n = n", "unsafe": "", "home": "M"},
            # The toplevel cannot reach it, so Coq has shown its full name.
            {"name": "B.lem", "statement": ": True", "unsafe": "", "home": "B"},
        ],
        "M.Inner.other": [],
    }


def test_the_home_is_the_file_that_declares_a_name() -> None:
    resting = {"Print Assumptions M.claim": "Axioms:\nA.b.c : False\n"}
    inside = FakeLibrary("A", "b.c", where=FUNCTOR)

    def home(file: FakeLibrary) -> str:
        coq = FakeCoq(resting, "claim", A=inside, A_b=file)
        return coq.audit()["constants"]["M.claim"][0]["home"]

    assert home(FakeLibrary("A.b", "other")) == "A"
    assert home(FakeLibrary("A.b", "c")) == "A or A.b"


def test_a_short_name_that_begins_with_a_word_of_coq() -> None:
    shorter = "(shorter name to refer to it in current context is exists.lem)"
    coq = FakeCoq(
        {
            "Print Assumptions M.claim": "Axioms:\nexists.lem : False\n",
            "Locate Term P.exists.lem": f"Constant P.exists.lem\n  {shorter}",
            "Locate Term Q.exists.lem": "Constant Q.exists.lem",
        },
        "claim",
        P_exists=FakeLibrary("P.exists", "lem"),
        Q_exists=FakeLibrary("Q.exists", "lem"),
    )
    (row,) = coq.audit()["constants"]["M.claim"]
    assert (row["name"], row["home"]) == ("P.exists.lem", "P.exists")


def test_a_theorem_is_what_coq_says_has_a_proposition_for_its_type() -> None:
    coq = FakeCoq({_is_proof("M.lemma"): "Set\n     : Type", _is_proof("M.n"): "Debug: Set : Type"})
    coq.closure.libraries["M"].declarations = [
        Declaration(Name("M", ("lemma",)), DEFINITION, PUBLIC),
        Declaration(Name("M", ("goal",)), DEFINITION, PUBLIC),
        Declaration(Name("M", ("n",)), AXIOM, PUBLIC),
        Declaration(Name("M", ("F", "inner")), DEFINITION, FUNCTOR),
        Declaration(Name("M", ("color",)), INDUCTIVE, PUBLIC, types=(("color", ("red",)),)),
    ]
    names = ("lemma", "goal", "n", "color")
    coq.answers.update((f"Print Assumptions M.{name}", CLOSED) for name in names)
    assert coq.audit()["kinds"] == {
        "M.lemma": "theorem",
        "M.goal": "a definition",
        "M.n": "a parameter",
        "M.F.inner": "a member of a parametrised module",
        "M.color": "an inductive type or record",
        "M.red": "a constructor",
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
    (row,) = found["constants"]["M.claim"]
    assert (row["name"], row["statement"]) == ("gap", f'" {CLOSED} " = ""')


def test_what_a_statement_prints_is_neither_sent_back_nor_hides_an_axiom() -> None:
    coq = one_constant('Axioms:\nfine : "\n!x. Quit.\n\nAxioms:\n = "\ngap : False\nQuit. : True\n')
    rows = coq.audit()["constants"]["M.claim"]
    assert [(r["name"], bool(r["unsafe"])) for r in rows] == [
        ("fine", False), ("gap", False), ("Quit. : True", True),
    ]
    assert rows[0]["statement"] == '" !x. Quit. Axioms: = "'
    assert not [c for c in coq.commands if "Quit" in c]


def test_no_axiom_is_taken_for_the_rest_of_a_string() -> None:
    # The first string says of itself that an assumption begins in it, which turns quotes around.
    coq = one_constant('Axioms:\nfine : "\nfine : " = ""\nM.g\u00a0ap : False\n')
    rows = coq.audit()["constants"]["M.claim"]
    assert [r["name"] for r in rows if r["unsafe"]] == ["M.g\u00a0ap : False"]


def test_the_progress_of_fetching_proofs_is_no_answer() -> None:
    text = f"Fetching opaque proofs from disk for M.Inner\n{CLOSED}\n"
    assert one_constant(text).audit()["constants"] == {"M.claim": []}


@pytest.mark.parametrize(
    "coq, message",
    [
        (FakeCoq({"Print Libraries": ""}, log="Error: cannot find M"), "cannot be loaded"),
        (FakeCoq({"Print ML Modules": "nonsense"}), "Print ML Modules"),
        (one_constant(""), "gave no answer"),
        (one_constant("Axioms:\n  indented : False"), "printed"),
    ],
)
def test_what_cannot_be_judged_is_an_error(coq: FakeCoq, message: str) -> None:
    with pytest.raises(AuditError, match=message):
        coq.audit()


def test_explain_gives_the_steps_to_an_axiom() -> None:
    coq = FakeCoq(
        {
            "Print Assumptions B.gap": "Axioms:\nB.gap : False\n",
            "Print Assumptions B.fine": CLOSED,
            "Print Assumptions M.claim": "Axioms:\nB.gap : False\n",
            "Locate Term B.gap": "Constant B.gap",
        },
        "claim",
        B=FakeLibrary("B", "gap", "fine"),
    )
    coq.closure.named = {"M.claim": ["B.fine", "B.gap", "Coq.Init.Logic.eq"]}
    # `B.b`, a file beside a module `b` of B, is imported and cannot be loaded with it.
    request = {"logical": "M", "modules": ["B", "B.b", "M"], "axiom": "B.gap"}
    found = explain(request, coq.ask, coq.read, coq.closure)
    assert coq.commands[0] == "Require M"
    assert found == {"mentions": {"B.gap": [], "M.claim": ["B.gap"]}}
