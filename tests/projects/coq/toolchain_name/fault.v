Require Coq.Logic.Classical_Prop.
Lemma claim : False.
Proof. exact Coq.Logic.Classical_Prop.classic. Qed.
