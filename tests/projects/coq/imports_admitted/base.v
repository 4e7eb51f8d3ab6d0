Lemma gap : False.
Proof.
Admitted.
