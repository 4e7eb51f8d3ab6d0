Section Hidden.
Variable gap : False.
Lemma claim : 0 = 1.
Proof. destruct gap. Qed.
End Hidden.
