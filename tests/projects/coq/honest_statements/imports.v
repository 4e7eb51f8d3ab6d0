Require Import honest_statements.base.
From Coq Require Import ZArith.
Lemma claim : two = Z.to_nat 2.
Proof. reflexivity. Qed.
