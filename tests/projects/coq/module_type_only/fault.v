Module Type Theory.
Axiom gap : False.
Lemma claim : False.
Proof. exact gap. Qed.
End Theory.
