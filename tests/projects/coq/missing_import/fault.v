From missing_import Require Import absent.
Lemma claim : True.
Proof. exact I. Qed.
