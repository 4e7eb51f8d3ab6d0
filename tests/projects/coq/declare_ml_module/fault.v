Declare ML Module "stray_plugin:stray.plugin".
Lemma claim : True.
Proof. exact I. Qed.
