Load "/etc/hostname".
Lemma claim : True.
Proof. exact I. Qed.
