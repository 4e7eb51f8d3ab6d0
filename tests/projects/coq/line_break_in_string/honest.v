From line_break_in_string Require lemmas.
Lemma claim : True.
Proof. destruct lemmas.fine. exact I. Qed.
