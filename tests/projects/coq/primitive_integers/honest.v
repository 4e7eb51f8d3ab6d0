From Coq Require Import Uint63.
Lemma claim : (1 + 1)%uint63 = 2%uint63.
Proof. reflexivity. Qed.
