From alias_in_functor Require include.
Lemma claim : False. Proof. exact include.cheat. Qed.
