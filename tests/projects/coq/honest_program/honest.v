Require Import Program Lia.
Program Fixpoint half (n : nat) {measure n} : nat :=
  match n with S (S m) => S (half m) | _ => 0 end.
Lemma claim (n : nat) : n < 3 -> n < 5.
Proof. lia. Qed.
