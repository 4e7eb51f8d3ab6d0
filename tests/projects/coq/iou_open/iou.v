Lemma later (n : nat) : n * 0 = 0.
Proof.
Admitted.
Lemma claim : 3 * 0 = 0.
Proof. apply later. Qed.
