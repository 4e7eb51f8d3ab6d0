Lemma claim : True.
Proof.
