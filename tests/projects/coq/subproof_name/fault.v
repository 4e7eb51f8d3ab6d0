Axiom gap_subproof : False.
Lemma claim_subproof : False.
Proof. exact gap_subproof. Qed.
