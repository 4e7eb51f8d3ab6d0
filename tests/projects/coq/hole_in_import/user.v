Require Import hole_in_import.fault.
Theorem claim : 0 = 1. Proof. destruct absurd. Qed.
