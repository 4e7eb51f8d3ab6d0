Print Universes "/tmp/fourfold-outside/stray.dot".
Lemma claim : True.
Proof. exact I. Qed.
