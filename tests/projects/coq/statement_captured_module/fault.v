Require statement_captured_module.base.
Lemma claim : statement_captured_module.base.Nat.sub 2 3 = 1.
Proof. reflexivity. Qed.
