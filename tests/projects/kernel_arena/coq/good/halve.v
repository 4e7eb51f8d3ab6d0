Fixpoint halve (n : nat) : nat :=
  match n with 0 => 0 | S 0 => 0 | S (S before) => S (halve before) end.
