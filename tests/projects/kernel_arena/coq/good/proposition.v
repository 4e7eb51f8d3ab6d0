Theorem proposition (n : nat) : n + 0 = n.
Proof. induction n as [| n e]; [reflexivity | simpl; rewrite e; reflexivity]. Qed.
