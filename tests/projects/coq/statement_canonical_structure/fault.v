Require Import statement_canonical_structure.order.
Canonical any_order := {| carrier := nat; less := fun _ _ => True |}.
Lemma claim : less _ 2 1.
Proof. exact I. Qed.
