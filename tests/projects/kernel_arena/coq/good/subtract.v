Fixpoint subtract (n m : nat) {struct n} : nat :=
  match n, m with S k, S l => subtract k l | _, _ => n end.
Fixpoint divide (n m : nat) {struct n} : nat :=
  match n with 0 => 0 | S k => S (divide (subtract k m) m) end.
