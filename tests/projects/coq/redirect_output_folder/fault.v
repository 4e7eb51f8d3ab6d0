Redirect "out/stray" Print nat.
Lemma claim : True.
Proof. exact I. Qed.
