Require Import Coq.Logic.Hurkens.
#[bypass_check(universes)]
Lemma claim : False.
Proof. exact (TypeNeqSmallType.paradox Type eq_refl). Qed.
