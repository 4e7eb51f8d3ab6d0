Set Primitive Projections.
Record both := { first : nat; second : nat }.
Fixpoint projections (n : nat) (b : both) {struct n} : nat :=
  match n with 0 => first b | S k => projections k {| first := second b; second := first b |} end.
