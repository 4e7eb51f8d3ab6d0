Fixpoint returned (n : nat) : nat -> nat :=
  match n with 0 => fun m => m | S k => fun m => returned k (S m) end.
