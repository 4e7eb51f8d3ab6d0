From mathcomp Require Import ssralg.
Lemma claim : True.
Proof. exact I. Qed.
