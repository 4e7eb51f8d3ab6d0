Lemma proved : 1 = 1.
Proof. reflexivity. Qed.
