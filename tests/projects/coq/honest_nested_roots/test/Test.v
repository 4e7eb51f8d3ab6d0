(** A test, below the name of what it tests. *)

From NestedRoots Require Import Base.

Theorem one_is_one : one = 1.
Proof. reflexivity. Qed.
