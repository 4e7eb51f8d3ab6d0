Module Nat.
Definition sub (a b : nat) := 1.
End Nat.
