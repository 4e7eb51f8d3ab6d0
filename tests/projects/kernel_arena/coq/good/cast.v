Fixpoint casting (n : nat) : (nat = nat) -> nat := match n with 0 => fun _ => 0 | S k => fun e =>
  (match e return nat -> nat with eq_refl => fun y => casting y e end) k end.
