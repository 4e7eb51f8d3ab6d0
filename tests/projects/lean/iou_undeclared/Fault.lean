theorem later (n : Nat) : n * 1 = n := sorry

theorem further (n : Nat) : 1 * n = n := sorry
