Module Type Empty.
End Empty.
Module Make (X : Empty).
Axiom gap : False.
Lemma claim : False.
Proof. exact gap. Qed.
End Make.
