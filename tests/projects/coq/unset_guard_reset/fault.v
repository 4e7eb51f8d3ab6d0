Unset Guard Checking.
Fixpoint loop (n : nat) : False := loop n.
Set Guard Checking.
Lemma claim : False.
Proof. exact (loop 0). Qed.
