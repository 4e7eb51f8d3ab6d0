From HonestSameName Require Import lib.
Lemma claim : which = 2.
Proof. reflexivity. Qed.
