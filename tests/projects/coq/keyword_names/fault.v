Require keyword_names.with.
Lemma claim : False.
Proof. exact keyword_names.with.gap. Qed.
