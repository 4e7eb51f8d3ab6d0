Unset Guard Checking.
Fixpoint inner (n : nat) : nat := match n with 0 => 0 | S k =>
  (fix go (f : nat -> nat) (a : nat) {struct a} := match a with 0 => f n | S c => go f c end)
    inner k end.
