Fixpoint ackermann (m : nat) : nat -> nat :=
  match m with
  | 0 => S
  | S below => fix inner (n : nat) : nat :=
      match n with 0 => ackermann below 1 | S before => ackermann below (inner before) end
  end.
