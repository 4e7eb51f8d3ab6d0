From axiom_behind_string Require base.
Lemma claim : True.
Proof. generalize base.odd. intros _. exact I. Qed.
