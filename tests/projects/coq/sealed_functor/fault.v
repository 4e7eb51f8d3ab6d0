Module Type Closed.
Parameter gap : False.
End Closed.
Module Type Empty.
End Empty.
Module Outer.
  Module Make (X : Empty) : Closed.
    Axiom inner : False.
    Definition gap : False := inner.
  End Make.
  Module Nothing. End Nothing.
  Module Instance := Make Nothing.
End Outer.
Lemma claim : False.
Proof. exact Outer.Instance.gap. Qed.
