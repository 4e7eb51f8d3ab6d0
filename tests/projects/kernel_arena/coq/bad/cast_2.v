Unset Guard Checking.
Fixpoint casting (n : nat) (e : nat = nat) {struct n} : nat := match n with 0 => 0 | S k =>
  (match e in _ = T return T -> nat with eq_refl => fun y => casting y e end) k end.
