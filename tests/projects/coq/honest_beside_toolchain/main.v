Lemma claim : True.
Proof. exact I. Qed.
