Load part.
Lemma claim : part = 7.
Proof. reflexivity. Qed.
