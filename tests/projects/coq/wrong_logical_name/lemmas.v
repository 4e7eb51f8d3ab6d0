Lemma one : True.
Proof. exact I. Qed.
