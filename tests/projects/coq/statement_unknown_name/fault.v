From Coq Require Import List ZArith.
Definition two := 2.
Lemma own : two = 2.
Proof. reflexivity. Qed.
Lemma library (l : list nat) : incl l l.
Proof. apply incl_refl. Qed.
Lemma scope : (1 = 1)%Z.
Proof. reflexivity. Qed.
