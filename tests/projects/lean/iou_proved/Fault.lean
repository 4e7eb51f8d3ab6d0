theorem later (n : Nat) : n + 0 = n := rfl
