Lemma other : True.
Proof. exact I. Qed.
