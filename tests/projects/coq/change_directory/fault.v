Cd "/tmp/fourfold-outside".
Redirect "stray" Print nat.
Lemma claim : True.
Proof. exact I. Qed.
