From Coq Require Import Hurkens.
Lemma bad : False.
Proof.
Unset Universe Checking.
assert (H : True -> False) by (abstract (intros _; exact (TypeNeqSmallType.paradox Type eq_refl))).
Set Universe Checking.
exact (H I).
Qed.
