Theorem fix_tactic : forall n m : nat, n + S m = S (n + m).
Proof. fix self 1. intros n m. destruct n; [reflexivity | simpl; rewrite self; reflexivity]. Qed.
