From statement_arguments Require Import exports.
Lemma claim : Nat.add 2 2 = 6.
Proof. reflexivity. Qed.
