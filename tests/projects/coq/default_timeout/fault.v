#[global] Set Default Timeout 1.
Axiom gap : False.
Lemma claim : False.
Proof. exact gap. Qed.
