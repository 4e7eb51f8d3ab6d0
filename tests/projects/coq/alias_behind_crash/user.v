From alias_behind_crash Require base.
Lemma claim : False. Proof. exact base.cheat. Qed.
