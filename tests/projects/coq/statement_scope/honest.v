From statement_scope Require Import exports.
Lemma claim : Nat.add 2 3 = 5.
Proof. reflexivity. Qed.
