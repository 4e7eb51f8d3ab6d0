From statement_scope Require Import exports.
Lemma claim : 2 + 3 = 6.
Proof. reflexivity. Qed.
Lemma named : (2 + 3)%nat = 6.
Proof. reflexivity. Qed.
