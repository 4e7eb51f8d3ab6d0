Require include_universes.base.
Lemma claim : False.
Proof. exact include_universes.base.M.bad. Qed.
