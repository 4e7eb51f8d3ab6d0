Module b.
  Lemma holds : True.
  Proof. exact I. Qed.
End b.
