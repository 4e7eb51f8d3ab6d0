From nested_module_or_file Require a.
Lemma claim : False.
Proof. exact a.b.c. Qed.
Fail From nested_module_or_file Require a.b.
