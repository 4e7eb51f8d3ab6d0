CoInductive empty : Prop := .
#[bypass_check(guard)]
CoFixpoint loop : empty := loop.
Lemma claim : False.
Proof. destruct loop. Qed.
