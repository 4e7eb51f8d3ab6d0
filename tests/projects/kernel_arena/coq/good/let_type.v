Fixpoint size (n : nat) : let T := nat in T :=
  match n with 0 => 0 | S k => let T := nat in S (size k) end.
