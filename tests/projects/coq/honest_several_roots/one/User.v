(** Asks for a module of the other folder by the end of its name. *)

Require Import Iter.

Theorem iter_is_one : iter = 1.
Proof. reflexivity. Qed.
