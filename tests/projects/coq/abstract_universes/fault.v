Require abstract_universes.middle.
Lemma claim : 1 = 0.
Proof. symmetry. exact abstract_universes.middle.step. Qed.
