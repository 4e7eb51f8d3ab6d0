Definition holds (b : bool) : Prop := True.
Coercion holds : bool >-> Sortclass.
Lemma claim : false.
Proof. exact I. Qed.
