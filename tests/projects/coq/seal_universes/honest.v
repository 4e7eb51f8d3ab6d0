Module Type Data.
Parameter A : Type.
Parameter a : A.
End Data.
Module X.
Definition A := nat.
Definition a := 0.
End X.
Module Sealed : Data := X.
Lemma claim : Sealed.a = Sealed.a.
Proof. reflexivity. Qed.
