Require functor_universes.base.
Lemma claim : False.
Proof. exact functor_universes.base.M.bad. Qed.
