From nested_module_or_file Require base.
Module b.
Lemma c : False.
Proof. exact base.gap. Qed.
End b.
