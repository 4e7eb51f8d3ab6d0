Goal False.
Proof. Abort.
Goal True.
Proof. exact I. Qed.
