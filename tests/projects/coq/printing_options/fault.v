#[global] Set Printing Width 3.
#[global] Unset Printing Notations.
#[global] Set Printing All.
Axiom gap : False.
Lemma claim : False.
Proof. exact gap. Qed.
