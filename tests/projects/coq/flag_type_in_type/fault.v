Require Import Coq.Logic.Hurkens.
Lemma claim : False.
Proof. exact (TypeNeqSmallType.paradox Type eq_refl). Qed.
