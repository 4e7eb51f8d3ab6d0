Require Import deep.more.
Lemma claim : 7 + 0 + 0 = 7.
Proof. apply twice. Qed.
