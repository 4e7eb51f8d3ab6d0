Lemma claim : False.
Proof.
  assert (gap : False) by admit.
  exact gap.
Admitted.
