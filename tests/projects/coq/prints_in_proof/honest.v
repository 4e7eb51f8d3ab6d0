Lemma claim : True.
Proof. idtac "Error: not one". exact I. Qed.
