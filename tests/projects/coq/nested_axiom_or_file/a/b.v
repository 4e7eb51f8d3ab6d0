Axiom ax : 0 = 0.
Lemma gap : 1 = 1.
Admitted.
