Definition same (n : nat) := n.
Fixpoint constant (n : nat) : nat := match n with 0 => 0 | S k => constant (same k) end.
