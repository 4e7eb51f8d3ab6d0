From honest_not_rechecked Require base.
Lemma claim : True. Proof. exact base.claim. Qed.
