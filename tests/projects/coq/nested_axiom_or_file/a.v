Module b.
Axiom ax : False.
Lemma gap : False.
Admitted.
End b.
