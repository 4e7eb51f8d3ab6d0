Redirect "/tmp/fourfold-outside/stray" Print nat.
Lemma claim : True.
Proof. exact I. Qed.
