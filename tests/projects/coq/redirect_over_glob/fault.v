Redirect "out/redirect_over_glob/fault.glob" Print nat.
Lemma claim : True.
Proof. exact I. Qed.
