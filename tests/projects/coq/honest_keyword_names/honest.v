Require honest_keyword_names.exists honest_keyword_names.deep.exists honest_keyword_names.Set.
Lemma claim : 0 = 0 /\ True.
Proof. split; [exact honest_keyword_names.exists.claim | exact honest_keyword_names.Set.claim]. Qed.
Lemma other : 0 = 0.
Proof. exact honest_keyword_names.deep.exists.claim. Qed.
