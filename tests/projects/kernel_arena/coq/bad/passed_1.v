Unset Guard Checking.
Definition use (f : nat -> nat) (n : nat) := f n.
Fixpoint passed (n : nat) : nat := match n with 0 => 0 | S k => use passed n end.
