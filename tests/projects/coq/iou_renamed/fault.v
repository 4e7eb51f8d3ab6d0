Lemma mul_zero (n : nat) : n * 0 = 0.
Proof.
Admitted.
