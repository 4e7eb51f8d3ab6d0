Lemma claim : False.
Proof.
Admitted.
