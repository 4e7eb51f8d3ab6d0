Unset Guard Checking.
Definition drop (f : nat -> nat) := 0.
Fixpoint named (n : nat) : nat := let f := fun u : nat => named n in drop f.
