From Coq Require Import Hurkens.
Module Type Data.
Parameter A : Type.
Parameter e : Type = A.
End Data.
Module Paradox (X : Data).
Lemma bad : False.
Proof. exact (TypeNeqSmallType.paradox X.A X.e). Qed.
End Paradox.
Module X.
Definition A := Type.
Definition e : Type = A := eq_refl.
End X.
Unset Universe Checking.
Module Sealed : Data := X.
Set Universe Checking.
Module M := Paradox Sealed.
