Lemma one : False.
Proof. exact I. Qed.
