From axiom_behind_string Require base.
Lemma claim : False.
Proof. generalize base.odd. intros _. exact base.g ap. Qed.
