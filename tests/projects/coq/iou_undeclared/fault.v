Lemma later (n : nat) : n * 0 = 0.
Proof.
Admitted.
Lemma more (n : nat) : 0 * n = n * 0.
Proof.
Admitted.
