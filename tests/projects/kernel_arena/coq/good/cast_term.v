Fixpoint cast_term (n : nat) : nat := match n with 0 => 0 | S k => cast_term (k : nat) end.
