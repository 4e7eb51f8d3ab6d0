Lemma claim : False.
Proof. Abort.
