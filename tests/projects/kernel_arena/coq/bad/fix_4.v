Unset Guard Checking.
Fixpoint count_down (n : nat) : nat := count_down n.
