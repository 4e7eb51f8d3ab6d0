Unset Guard Checking.
Fixpoint inner (n : nat) : nat := match n with 0 => 0 | S k =>
  (fix go (a b : nat) {struct a} := match a with 0 => inner b | S c => go c n end) k k end.
