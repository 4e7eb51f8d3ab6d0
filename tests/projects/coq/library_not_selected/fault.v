From Flocq Require Import Core.
Lemma claim : True.
Proof. exact I. Qed.
