From HonestSameName Require Import lib.
Lemma claim : which = 1.
Proof. reflexivity. Qed.
