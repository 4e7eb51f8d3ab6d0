Symbol secret : nat.
Rewrite Rule lie := secret => 0.
Lemma claim : secret = 0.
Proof. reflexivity. Qed.
