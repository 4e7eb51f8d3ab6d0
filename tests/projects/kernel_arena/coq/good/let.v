Fixpoint named (n : nat) : nat := match n with 0 => 0 | S k => let f := named in f k end.
