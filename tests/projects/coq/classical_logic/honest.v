Require Import Coq.Logic.Classical.
Lemma claim (P : Prop) : ~ ~ P -> P.
Proof. apply NNPP. Qed.
