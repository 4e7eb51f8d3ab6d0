Unset Guard Checking.
Definition cast {A B : Set} (e : A = B) (a : A) : B :=
  match e in _ = T return T with eq_refl => a end.
Fixpoint casting (n : nat) (e : nat = nat) {struct n} : nat :=
  match n with 0 => 0 | S k => casting (cast e k) e end.
