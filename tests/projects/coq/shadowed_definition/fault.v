Definition eq {A} (x y : A) := True.
Notation "x = y" := (eq x y) : type_scope.
Lemma claim : 1 = 2.
Proof. exact I. Qed.
