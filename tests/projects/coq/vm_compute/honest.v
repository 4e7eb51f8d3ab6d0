Lemma claim : 2 + 2 = 4.
Proof. vm_compute. reflexivity. Qed.
