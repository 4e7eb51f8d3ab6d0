Unset Guard Checking.
Definition drop (f : nat -> nat) := 0.
Fixpoint passed (n : nat) : nat := drop (fun m => passed n).
