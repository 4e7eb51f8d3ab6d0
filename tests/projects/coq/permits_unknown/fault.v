Module Type Number.
Parameter n : nat.
End Number.
Module Make (N : Number).
Lemma zero : N.n * 0 = 0.
Proof. now induction N.n. Qed.
End Make.
Module Three.
Definition n := 3.
End Three.
Module Instance := Make Three.
Lemma claim : 3 * 0 = 0.
Proof. exact Instance.zero. Qed.
