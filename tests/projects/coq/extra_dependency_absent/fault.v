From extra_dependency_absent Extra Dependency "notes.txt" as notes.
Lemma claim : True.
Proof. exact I. Qed.
