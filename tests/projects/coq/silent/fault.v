#[global] Set Silent.
Axiom gap : False.
Lemma claim : False.
Proof. exact gap. Qed.
