From Coq Require Import SetoidClass.
Lemma all_equal : Equivalence (fun _ _ : nat => True).
Proof. firstorder. Qed.
#[global] Instance trivial : Setoid nat := {| setoid_equiv := all_equal |}.
Lemma claim : equiv 1 2.
Proof. exact I. Qed.
