(** A folder below it begins the names of what it holds. *)

Require Import HonestNoRootBase.

Theorem base_is_one : base = 1.
Proof. reflexivity. Qed.
