Module Type Law.
Parameter size : nat.
Parameter law : size = size + 0.
End Law.
Module Type Number.
Parameter n : nat.
End Number.
Module Make (N : Number) : Law.
Definition size := N.n.
Lemma law : size = size + 0.
Proof. now induction size. Qed.
End Make.
Module Three.
Definition n := 3.
End Three.
Module Made := Make Three.
Module Type Applied (F : Number).
Parameter size : nat.
End Applied.
Module Sealed (N : Number) : Applied N.
Definition size := N.n.
End Sealed.
Module Twice (F : Applied).
Module Inner := F Three.
Definition size := Inner.size.
End Twice.
Module Both := Twice Sealed.
Lemma claim : Made.size = Made.size + 0.
Proof. exact Made.law. Qed.
