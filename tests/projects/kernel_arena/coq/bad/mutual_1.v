Unset Guard Checking.
Fixpoint mutual (n : nat) : nat := match n with 0 => 0 | S k => mutual_ n end
with mutual_ (n : nat) : nat := match n with 0 => 0 | S k => mutual k end.
