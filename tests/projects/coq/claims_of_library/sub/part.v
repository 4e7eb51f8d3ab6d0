From claims_of_library Require Import main.

Lemma follows : True.
Proof. exact holds. Qed.
