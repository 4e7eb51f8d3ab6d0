From honest_extra_dependency Extra Dependency "notes.txt" as notes.
From honest_extra_dependency.sub Extra Dependency "more.txt".
Lemma claim : True.
Proof. exact I. Qed.
