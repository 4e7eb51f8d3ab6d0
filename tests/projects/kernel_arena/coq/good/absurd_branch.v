Fixpoint absurd_branch (n : nat) (f : False) {struct n} : nat :=
  match n with 0 => 0 | S k => absurd_branch (match f with end) f end.
