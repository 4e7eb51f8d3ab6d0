From statement_arguments Require Import exports.
Lemma claim : Nat.add (S 1) (S 1) = 4.
Proof. reflexivity. Qed.
