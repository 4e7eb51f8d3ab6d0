Unset Guard Checking.
Fixpoint named (n : nat) : nat := match n with 0 => 0 | S k => let k := n in named k end.
