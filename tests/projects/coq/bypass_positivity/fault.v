#[bypass_check(positivity)]
Inductive bad := wrap (f : bad -> False).
Definition no (b : bad) : False := match b with wrap f => f b end.
Lemma claim : False.
Proof. exact (no (wrap no)). Qed.
