Unset Guard Checking.
Fixpoint count_down (n : nat) : nat := match n with 0 => count_down 0 | S k => count_down k end.
