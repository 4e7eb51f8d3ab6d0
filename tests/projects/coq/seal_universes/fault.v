Require seal_universes.base.
Lemma claim : False.
Proof. exact seal_universes.base.M.bad. Qed.
