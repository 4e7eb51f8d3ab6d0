Unset Guard Checking.
Fixpoint count_down (n : nat) : nat := match n with 0 => 0 | S k => count_down (S k) end.
