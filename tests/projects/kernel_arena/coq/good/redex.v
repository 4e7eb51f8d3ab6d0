Fixpoint redex (n : nat) : nat :=
  match n with 0 => 0 | S k => (fun m => redex m) k end.
