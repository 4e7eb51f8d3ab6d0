Constraint Set < Set.
Lemma claim : True.
Proof. exact I. Qed.
