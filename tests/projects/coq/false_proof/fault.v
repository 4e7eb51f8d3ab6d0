Lemma claim : 1 = 2.
Proof. reflexivity. Qed.
