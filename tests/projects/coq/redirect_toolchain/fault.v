Redirect "/toolchain/stray" Print nat.
Lemma claim : True.
Proof. exact I. Qed.
