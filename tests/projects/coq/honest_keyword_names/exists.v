Axiom ax : 0 = 0.
Lemma claim : 0 = 0.
Proof. exact ax. Qed.
