Inductive even : nat -> Prop := zero : even 0 | more n : even n -> even (S (S n)).
Fixpoint half (n : nat) (e : even n) {struct e} : even (n + 0) -> even n := fun _ => e.
