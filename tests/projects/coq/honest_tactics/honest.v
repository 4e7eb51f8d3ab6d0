From Coq Require Import Lia Ring ZArith.
Lemma claim (a b : Z) : ((a + b) * (a - b) = a * a - b * b)%Z.
Proof. ring. Qed.
Lemma bound (n : nat) : 2 * n < 2 * n + 1.
Proof. lia. Qed.
