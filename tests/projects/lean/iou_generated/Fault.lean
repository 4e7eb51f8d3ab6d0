theorem later (n : Nat) : n * 1 = n := sorry

theorem later.eq_1 : 3 = 4 := sorry

theorem claim : 3 = 4 := later.eq_1
