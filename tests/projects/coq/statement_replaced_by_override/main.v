Lemma holds : True.
Proof. exact I. Qed.
