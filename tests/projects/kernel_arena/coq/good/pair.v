Fixpoint pair (n : nat) : nat :=
  match n with 0 => 0 | S k => match (k, n) with (a, b) => pair a end end.
