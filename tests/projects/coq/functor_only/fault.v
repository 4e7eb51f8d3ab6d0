Module Type Absurd.
Parameter gap : False.
End Absurd.
Module Make (X : Absurd).
Lemma claim : False.
Proof. exact X.gap. Qed.
End Make.
