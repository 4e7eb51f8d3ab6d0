Require statement_coercion_of_import.base.
Lemma claim : base.always (Nat.eqb 2 5).
Proof. exact I. Qed.
