Lemma théorème_α₁ (β' : nat) : β' = β'.
Proof. reflexivity. Qed.
Lemma claim : 1 = 1.
Proof. apply théorème_α₁. Qed.
