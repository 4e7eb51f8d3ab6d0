# ruff: noqa: E501
"""The independent check alone, on what real versions of Coq compile with their own checks off.

Each mutant is an honest definition with one thing wrong: a call on the wrong variable, a match that
is left out, a constructor that is dropped, an arrow to the left. Coq is told not to look, so that
it is the independent check that must tell the two apart: it must refuse all mutants and nothing
else.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from fourfold.backend.coq.composition_integration_test import Prover
from fourfold.backend.coq.sandbox import vo_stub
from fourfold.second_witness.scripts import conftest  # noqa: F401

import vo_witness  # isort: skip

COMMON = """
Inductive rose := branch : list rose -> rose.
Definition drop (f : nat -> nat) := 0.
Definition use (f : nat -> nat) (n : nat) := f n.
Definition fold (step : rose -> nat) := fix all (l : list rose) : nat :=
  match l with nil => 0 | cons first rest => step first + all rest end.
Definition cast {A B : Set} (e : A = B) (a : A) : B := match e in _ = T return T with eq_refl => a end.
CoInductive stream := next : nat -> stream -> stream.
CoInductive other := more : stream -> other -> other.
Inductive sink (A : Type) := drain : (A -> nat) -> sink A.
"""

# By name: an honest definition, and its mutants.
FAMILIES = {
    "fix": [
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => NAME k end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => NAME n end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => NAME (S k) end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => NAME 0 | S k => NAME k end.",
        "Fixpoint NAME (n : nat) : nat := NAME n.",
        "Fixpoint NAME (n : nat) : nat := match 0 with 0 => 0 | S k => NAME k + NAME n end.",
    ],
    "argument": [
        "Fixpoint NAME (n m : nat) {struct n} : nat := match n with 0 => m | S k => NAME k (NAME k m) end.",
        "Fixpoint NAME (n m : nat) {struct n} : nat := match n with 0 => m | S k => NAME m k end.",
        "Fixpoint NAME (n m : nat) {struct n} : nat := match n with 0 => m | S k => NAME k (NAME n m) end.",
        "Fixpoint NAME (n m : nat) {struct n} : nat := match m with 0 => m | S k => NAME k m end.",
    ],
    "let_": [
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => let f := NAME in f k end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => let f := NAME in f n end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => let k := n in NAME k end.",
        "Fixpoint NAME (n : nat) : nat := let f := fun u : nat => NAME n in drop f.",
    ],
    "passed": [
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => use NAME k end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => use NAME n end.",
        "Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => use (fun m => NAME (S m)) k end.",
        "Fixpoint NAME (n : nat) : nat := drop (fun m => NAME n).",
        "Fixpoint NAME (n : nat) : nat := match (n, NAME) with (k, f) => f k end.",
    ],
    "rose_": [
        "Fixpoint NAME (r : rose) : nat := match r with branch l => S (fold NAME l) end.",
        "Fixpoint NAME (r : rose) : nat := match r with branch l => S (NAME (branch l)) end.",
        "Fixpoint NAME (r : rose) : nat := match r with branch l => S (fold (fun s => NAME r) l) end.",
        "Fixpoint NAME (r : rose) : nat := match r with branch l => fold NAME (cons r l) end.",
    ],
    "inner": [
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k =>
  (fix go (a b : nat) {struct a} := match a with 0 => NAME b | S c => go c a end) k k end.""",
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k =>
  (fix go (a b : nat) {struct a} := match a with 0 => NAME b | S c => go c n end) k k end.""",
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k =>
  (fix go (a b : nat) {struct a} := match a with 0 => NAME b | S c => go c (S a) end) k k end.""",
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k =>
  (fix go (f : nat -> nat) (a : nat) {struct a} := match a with 0 => f n | S c => go f c end) NAME k end.""",
    ],
    "mutual": [
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => NAME_ k end
with NAME_ (n : nat) : nat := match n with 0 => 0 | S k => NAME k end.""",
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => NAME_ n end
with NAME_ (n : nat) : nat := match n with 0 => 0 | S k => NAME k end.""",
        """Fixpoint NAME (n : nat) : nat := match n with 0 => 0 | S k => NAME_ k end
with NAME_ (n : nat) : nat := NAME n.""",
    ],
    "cast_": [
        """Fixpoint NAME (n : nat) : (nat = nat) -> nat := match n with 0 => fun _ => 0 | S k => fun e =>
  (match e return nat -> nat with eq_refl => fun y => NAME y e end) k end.""",
        """Fixpoint NAME (n : nat) (e : nat = nat) {struct n} : nat :=
  match n with 0 => 0 | S k => NAME (cast e k) e end.""",
        """Fixpoint NAME (n : nat) (e : nat = nat) {struct n} : nat := match n with 0 => 0 | S k =>
  (match e in _ = T return T -> nat with eq_refl => fun y => NAME y e end) k end.""",
    ],
    "cofix": [
        "CoFixpoint NAME (n : nat) : stream := next n (NAME (S n)).",
        "CoFixpoint NAME (n : nat) : stream := NAME (S n).",
        "CoFixpoint NAME (n : nat) : stream := match NAME n with next m s => next m s end.",
        "CoFixpoint NAME (n : nat) : stream := next (match NAME n with next m _ => m end) (NAME n).",
        "CoFixpoint NAME (n : nat) : stream := next n (match NAME n with next _ s => s end).",
        "CoFixpoint NAME (n : nat) : stream := match more (NAME n) (cofix o := more (NAME n) o) with more s _ => next n s end.",
    ],
    "positive": [
        "Inductive NAME : Type := NAME_c : (nat -> NAME) -> list NAME -> NAME.",
        "Inductive NAME : Type := NAME_c : (NAME -> nat) -> list NAME -> NAME.",
        "Inductive NAME : Type := NAME_c : (nat -> NAME) -> sink NAME -> NAME.",
        "Inductive NAME : Type := NAME_c : ((NAME -> nat) -> nat) -> NAME.",
        "Inductive NAME : nat -> Type := NAME_c : (forall n, NAME n -> False) -> NAME 0.",
    ],
}


def source() -> tuple[str, set[str], set[str]]:
    """The text of a module, and the names of its honest definitions and of its mutants."""
    lines = ["Unset Guard Checking. Unset Positivity Checking.", COMMON]
    honest, mutants = set(), set()
    for family, texts in FAMILIES.items():
        for number, text in enumerate(texts):
            name = f"{family}{number}"
            (mutants if number else honest).add(name)
            lines.append(re.sub(r"\bNAME", name, text))
    return "\n".join(lines), honest, mutants


@pytest.mark.parametrize("version", ["coq-8.20", "coq-8.16", "rocq-9.2"])
def test_each_mutant_is_refused_by_itself_and_nothing_honest(
    version: str, tmp_path: Path
) -> None:
    prover = Prover(version, tmp_path)
    text, honest, mutants = source()
    Path("full/Witness").mkdir(parents=True)
    Path("mutants.v").write_text(text)
    coq = prover.with_roots(["Witness"])
    command = coq.command(
        "compiler",
        ["-q", "-w", "none", "-R", "full/Witness", "Witness", "-o", "full/Witness/mutants.vo",
         "mutants.v"],
    )
    done = subprocess.run(command, env=coq.env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    vo = Path("full/Witness/mutants.vo")
    vo.write_bytes(vo_stub.canonical_and_stub(vo.read_bytes())[0])
    closure = coq.libraries("full")
    found = vo_witness.judge(closure, closure.library("Witness.mutants"))
    names = (f["constant"][len("Witness.mutants.") :] for f in found["findings"])
    refused = {name.rstrip("_") for name in names}  # the second of two mutual ones ends so
    assert not refused & honest, found["findings"]
    assert not refused - mutants, found["findings"]
    assert mutants <= refused, f"not refused: {sorted(mutants - refused)}"
    assert found["judged"]["fixpoints"] > 30 and found["judged"]["cofixpoints"] >= 6
