Definition two := 2.
Lemma claim : two = 2.
Proof. reflexivity. Qed.
