Require same_name_twice.first same_name_twice.second.
Lemma claim : True.
Proof. exact I. Qed.
