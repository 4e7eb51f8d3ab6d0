Lemma claim : True.
Proof. idtac "Out of memory". exact I. Qed.
