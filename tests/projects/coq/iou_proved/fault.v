Lemma later (n : nat) : n * 0 = 0.
Proof. now induction n. Qed.
