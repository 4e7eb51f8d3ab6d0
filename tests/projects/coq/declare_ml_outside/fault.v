Declare ML Module "coq-core.plugins.tutorial.p0".
Lemma claim : True.
Proof. exact I. Qed.
