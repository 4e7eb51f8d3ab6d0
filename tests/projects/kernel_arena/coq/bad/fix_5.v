Unset Guard Checking.
Fixpoint count_down (n : nat) : nat := match 0 with 0 => 0 | S k => count_down k + count_down n
    end.
