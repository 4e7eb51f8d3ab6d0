"""Proof libraries and gradient checks of any size, in four shapes of import graph.

Not a benchmark: scale.py imports it. Module 0 is the root, which all others import directly or
through others, and the last module is a leaf, which none imports. Each module has a definition
that uses its imports, a proof by induction that `edit_proof` changes, and a mark that no other run
had, so that no cache holds anything of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import List

SHAPES = ("chain", "tree", "diamond", "star")
WIDTH = 10  # modules in a layer of the diamond shape
FAN_IN = 3  # modules of the layer below that each of them imports
LIBRARY = "Generated"

_COQ = """\
{imports}Definition mark{n}_{mark} := tt.

Definition value{n} (k : nat) : nat := S {value}.

Lemma positive{n} (k : nat) : 0 < value{n} k.
Proof. unfold value{n}; apply le_n_S, le_0_n. Qed.

Lemma add_zero{n} (k : nat) : k + 0 = k.
Proof. induction k as [| k IH]; [reflexivity | now simpl; rewrite IH]. Qed.
"""
_COQ_COST = """\

Fixpoint branch{n} (k : nat) : bool :=
  match k with O => true | S j => if branch{n} j then branch{n} j else false end.

Lemma costly{n} : branch{n} {cost} = true.
Proof. vm_compute; reflexivity. Qed.
"""
_AGDA = """\
{{-# OPTIONS --without-K --safe #-}}

module {library}.M{n} where

open import Agda.Builtin.Bool
open import Agda.Builtin.Equality
open import Agda.Builtin.Nat
{imports}
mark{n}-{mark} : Bool
mark{n}-{mark} = true

value{n} : Nat → Nat
value{n} k = suc {value}

suc-cong{n} : (j k : Nat) → j ≡ k → suc j ≡ suc k
suc-cong{n} j k refl = refl

add-zero{n} : (k : Nat) → k + 0 ≡ k
add-zero{n} zero = refl
add-zero{n} (suc k) = suc-cong{n} (k + 0) k (add-zero{n} k)
"""
_AGDA_COST = """\

branch{n} : Nat → Bool
branch{n} zero = true
branch{n} (suc k) with branch{n} k
... | true = branch{n} k
... | false = false

costly{n} : branch{n} {cost} ≡ true
costly{n} = refl
"""
_CHECK = """\
\"\"\"The vector-Jacobian product of x -> {factor} x.\"\"\"

from numerics.gradients.check import Check, Tolerance, normal

CHECKS = (
    Check(
        name="scaling_{n}_{mark}",
        function=lambda x: {factor} * x,
        vjp=lambda x, dy: {factor} * dy,
        inputs=(normal("x", (3,)),),
        tolerance=Tolerance(1e-6, 1e-6, "the map is linear, so only rounding is left"),
        theorems=(),
        no_theorem_reason="generated for a benchmark of Pants, not of the mathematics",
    ),
)
"""


def imports_of(shape: str, count: int) -> List[List[int]]:
    """For each module the modules that it imports, all of them before it."""
    if shape == "chain":
        return [[n - 1] if n else [] for n in range(count)]
    if shape == "tree":  # a binary one
        return [[(n - 1) // 2] if n else [] for n in range(count)]
    if shape == "star":
        return [[0] if n else [] for n in range(count)]
    if shape == "diamond":
        return [_of_layer_below(n) for n in range(count)]
    raise ValueError(f"{shape} is none of the shapes {', '.join(SHAPES)}")


def _of_layer_below(n: int) -> List[int]:
    """Module 0 is a layer of its own; modules 1 to WIDTH are the next."""
    if n == 0:
        return []
    layer, place = divmod(n - 1, WIDTH)
    if layer == 0:
        return [0]
    below = 1 + (layer - 1) * WIDTH
    return sorted(below + (place + k) % WIDTH for k in range(FAN_IN))


def write_coq(folder: Path, shape: str, count: int, mark: str, cost: int = 0) -> List[str]:
    """The names of the files, m0.v, m1.v, ...; `cost` adds a proof of 2 to its power steps."""
    folder.mkdir(parents=True)
    for n, imported in enumerate(imports_of(shape, count)):
        names = " ".join(f"m{i}" for i in imported)
        text = _COQ.format(
            n=n,
            mark=mark,
            imports=f"From {LIBRARY} Require Import {names}.\n\n" if imported else "",
            value=_applied(imported),
        )
        text += _COQ_COST.format(n=n, cost=cost) if cost else ""
        (folder / f"m{n}.v").write_text(text)
    return [f"m{n}.v" for n in range(count)]


def write_agda(folder: Path, shape: str, count: int, mark: str, cost: int = 0) -> List[str]:
    """The names of the files below `folder`, without Everything.agda, which imports them all."""
    (folder / LIBRARY).mkdir(parents=True)
    for n, imported in enumerate(imports_of(shape, count)):
        text = _AGDA.format(
            n=n,
            mark=mark,
            library=LIBRARY,
            imports="".join(f"open import {LIBRARY}.M{i}\n" for i in imported),
            value=_applied(imported),
        )
        text += _AGDA_COST.format(n=n, cost=cost) if cost else ""
        (folder / f"{LIBRARY}/M{n}.agda").write_text(text)
    everything = "".join(f"import {LIBRARY}.M{n}\n" for n in range(count))
    (folder / "Everything.agda").write_text(
        f"{{-# OPTIONS --without-K --safe #-}}\n\nmodule Everything where\n\n{everything}"
    )
    return [f"{LIBRARY}/M{n}.agda" for n in range(count)]


def write_checks(folder: Path, count: int, mark: str) -> List[str]:
    """The names of the files, each with one gradient check."""
    folder.mkdir(parents=True)
    for n in range(count):
        (folder / f"c{n}.py").write_text(_CHECK.format(n=n, mark=mark, factor=f"{n + 1}.0"))
    return [f"c{n}.py" for n in range(count)]


def _applied(imported: List[int]) -> str:
    """The composition of the values of the imports, at k."""
    return "".join(f"(value{i} " for i in imported) + "k" + ")" * len(imported)


def edit_proof(path: Path) -> None:
    """Another proof of the same statement (Coq, Agda), or another formula (a gradient check)."""
    old = path.read_text()
    new = old.replace("Proof. induction", "Proof. pose proof I as added; induction")
    new = re.sub(r"^(suc-cong\d+) j k refl = refl", r"\1 j .j refl = refl", new, flags=re.M)
    new = re.sub(r"(vjp=lambda x, dy: )", r"\g<1>1.0 * ", new)
    if new == old:
        raise ValueError(f"{path} has no proof to edit, or has been edited before")
    path.write_text(new)
