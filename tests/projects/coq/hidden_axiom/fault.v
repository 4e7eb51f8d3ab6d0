Require Import middle.
Lemma claim : 1 = 0.
Proof. symmetry. exact step. Qed.
