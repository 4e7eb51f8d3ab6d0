Lemma addn0 (n : nat) : n + 0 = n.
Proof. now induction n. Qed.
