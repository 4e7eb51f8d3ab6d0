Lemma claim : False.
Proof. idtac "Out of memory". exact I. Qed.
