Require abstract_universes.base.
Lemma step : 0 = 1.
Proof. destruct abstract_universes.base.bad. Qed.
