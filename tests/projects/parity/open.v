Lemma owed : 1 = 1.
Proof. Admitted.
