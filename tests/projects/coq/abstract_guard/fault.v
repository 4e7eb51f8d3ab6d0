Require abstract_guard.middle.
Lemma claim : False.
Proof. exact abstract_guard.middle.M.bad. Qed.
