Lemma proved : 1 = 2.
Proof. reflexivity. Qed.
