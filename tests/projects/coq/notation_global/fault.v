#[global] Notation "x <= y" := True : nat_scope.
Lemma claim : 2 <= 1.
Proof. exact I. Qed.
