Fail Definition claim : False := I.
Lemma claim : True.
Proof. exact I. Qed.
