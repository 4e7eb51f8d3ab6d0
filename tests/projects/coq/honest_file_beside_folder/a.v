From honest_file_beside_folder.a Require b.
Module c.
Lemma claim : True.
Proof. exact I. Qed.
End c.
Lemma claim : True.
Proof. exact c.claim. Qed.
